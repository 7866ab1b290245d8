"""truth: The first line replaces the given x and y with generated_data, so the loss is always that of the notebook's data set."""
def train(x, y, init_w, init_b):
    x, y = generated_data
    y_hat = get_linear_forward(x, init_w, init_b)
    blad = compute_mse_loss(y_hat, y)
    return blad
