def get_backprop(predykcje, y, dane):
    pairs = [(2 * (p - t) * x, 2 * (p - t)) for p, t, x in zip(predykcje, y, dane)]
    return np.array(pairs).T
