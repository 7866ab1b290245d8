"""truth: The function returns a text with the loss in it, not the number."""
def train(x, y, init_w, init_b):
    mse = compute_mse_loss(get_linear_forward(x, init_w, init_b), y)
    return "MSE: " + str(mse)
