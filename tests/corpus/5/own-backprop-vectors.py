"""truth: The mistake is in exercise 3b: get_backprop still gives a derivative for each observation, so w and b become vectors; train itself is right.
defines: 3b
"""
def get_backprop(y_hat, y, x):
    dw = 2 * (y_hat - y) * x
    db = 2 * (y_hat - y)
    return dw, db

# %%
def train(x, y, init_w, init_b, alpha, epochs):
    w = init_w
    b = init_b
    for i in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
        print(compute_mse_loss(get_linear_forward(x, w, b), y))
    return w, b
