"""truth: The function returns the last loss, as in exercise 2, instead of the trained w and b."""
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for i in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        loss = compute_mse_loss(y_hat, y)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
        print(loss)
    return loss
