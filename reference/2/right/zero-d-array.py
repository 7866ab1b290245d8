def train(x, y, w_init, b_init):
    return np.asarray(compute_mse_loss(get_linear_forward(x, w_init, b_init), y))
