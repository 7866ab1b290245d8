"""truth: The name get_linear_forward is misspelt (get_linear_foward), so NameError is raised."""
def train(x, y, init_w, init_b):
    y_hat = get_linear_foward(x, init_w, init_b)
    return compute_mse_loss(y_hat, y)
