def train(x, y, init_w, init_b):
    return compute_mse_loss(get_linear_forward(x, init_w, init_b), y)
