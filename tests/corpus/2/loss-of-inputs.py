"""truth: The loss compares x with y: the predictions are computed but never used."""
def train(x, y, init_w, init_b):
    y_hat = get_linear_forward(x, init_w, init_b)
    strata = compute_mse_loss(x, y)
    return strata
