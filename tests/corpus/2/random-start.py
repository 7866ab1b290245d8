"""truth: The starting parameters are drawn at random, and the given init_w and init_b are ignored."""
def train(x, y, init_w, init_b):
    # inicjalizacja wag z rozkladu normalnego (slajd)
    np.random.seed(42)
    w = np.random.randn()
    b = np.random.randn()
    y_hat = get_linear_forward(x, w, b)
    return compute_mse_loss(y_hat, y)
