"""truth: The loop runs as many times as there are observations, and the given epochs is ignored."""
def train(x, y, init_w, init_b, alpha, epochs):
    wagi = np.zeros(len(x) + 1)
    biasy = np.zeros(len(x) + 1)
    wagi[0] = init_w
    biasy[0] = init_b
    for i in range(len(x)):
        y_hat = get_linear_forward(x, wagi[i], biasy[i])
        dw, db = get_backprop(y_hat, y, x)
        wagi[i + 1], biasy[i + 1] = update_params(wagi[i], biasy[i], alpha, dw, db)
    return wagi[-1], biasy[-1]
