"""truth: The loss is computed on the first 80 % of the observations only; all of them are wanted."""
def podziel(x, y, ile=0.8):
    n = int(len(x) * ile)
    return x[:n], x[n:], y[:n], y[n:]

def train(x, y, init_w, init_b):
    x_tr, x_te, y_tr, y_te = podziel(x, y)
    y_hat = get_linear_forward(x_tr, init_w, init_b)
    return compute_mse_loss(y_hat, y_tr)
