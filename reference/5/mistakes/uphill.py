"""pl: Błąd z każdą epoką rośnie, bo parametry idą w stronę gradientu. Sprawdź znak przy aktualizacji w i b oraz kolejność argumentów, z którą wywołujesz get_backprop.
en: The loss grows with each epoch, because the parameters follow the gradient. Check the sign where w and b are updated, and the order of arguments in your call of get_backprop.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, w, b)
        dw, db = get_backprop(y_hat, y, x)
        w = w + alpha * dw
        b = b + alpha * db
    return w, b
