"""truth: The gradient is computed before the loop only, so every epoch steps in the first epoch's direction although the predictions are renewed."""
def train(x, y, init_w, init_b, alpha, epochs):
    waga = init_w
    bias = init_b
    y_hat = get_linear_forward(x, waga, bias)
    grad_w, grad_b = get_backprop(y_hat, y, x)
    for e in range(epochs):
        y_hat = get_linear_forward(x, waga, bias)
        loss = compute_mse_loss(y_hat, y)
        print(e, loss)
        waga, bias = update_params(waga, bias, alpha, grad_w, grad_b)
    return waga, bias
