def train(x, y, *, init_w, init_b, alpha, epochs):
    params = (init_w, init_b)
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, *params)
        params = update_params(*params, alpha, *get_backprop(y_hat, y, x))
        loss = compute_mse_loss(get_linear_forward(x, *params), y)
        print("Po epoce {} błąd wynosi {}".format(epoch + 1, str(round(loss, 1)).replace(".", ",")))
    return params
