"""truth: The mistake is in exercise 3b: get_backprop sums the derivatives instead of averaging them, so the steps are N times too long; train itself is right.
defines: 3b
"""
def get_backprop(y_hat, y, x):
    roznica = y_hat - y
    return 2 * np.sum(roznica * x), 2 * np.sum(roznica)

# %%
def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
