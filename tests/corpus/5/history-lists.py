"""truth: The function returns the lists of all w and b on the way, not the last two numbers."""
def train(x, y, init_w, init_b, alpha, epochs):
    wagi = [init_w]
    biasy = [init_b]
    for i in range(epochs):
        y_hat = get_linear_forward(x, wagi[-1], biasy[-1])
        dw, db = get_backprop(y_hat, y, x)
        nw, nb = update_params(wagi[-1], biasy[-1], alpha, dw, db)
        wagi.append(nw)
        biasy.append(nb)
    return wagi, biasy
