"""truth: The function uses the notebook's x_train and y_train instead of its parameters x and y."""
def train(x, y, init_w, init_b):
    predykcje = get_linear_forward(x_train, init_w, init_b)
    return compute_mse_loss(predykcje, y_train)
