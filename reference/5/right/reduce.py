from functools import reduce


def train(x, y, init_w, init_b, alpha, epochs):
    def epoch(params, number):
        w, b = params
        dw, db = get_backprop(get_linear_forward(x, w, b), y, x)
        new = update_params(w, b, alpha, dw, db)
        print(number, compute_mse_loss(get_linear_forward(x, *new), y), end="; ")
        return new

    return reduce(epoch, range(epochs), (init_w, init_b))
