def train(epochs, learning_rate, x_train, y_train, init_weight, init_bias):
    weight, bias = init_weight, init_bias
    for _ in range(epochs):
        y_pred = get_linear_forward(x_train, weight, bias)
        d_weight, d_bias = get_backprop(y_pred, y_train, x_train)
        weight, bias = update_params(weight, bias, learning_rate, d_weight, d_bias)
        loss = compute_mse_loss(get_linear_forward(x_train, weight, bias), y_train)
        print(f"{loss:.3e}")
    return weight, bias
