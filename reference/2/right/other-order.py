def train(init_weight, init_bias, x, y):
    predictions = get_linear_forward(x, init_weight, init_bias)
    return compute_mse_loss(predictions, y)
