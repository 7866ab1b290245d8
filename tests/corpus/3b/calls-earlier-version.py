"""truth: The new function has the same name as the one it calls, so it calls itself without end: RecursionError. The version of 3a must be kept under another name."""
def get_backprop(y_hat, y, x):
    # biore wersje z 3a i licze srednia
    dw, db = get_backprop(y_hat, y, x)
    return np.mean(dw), np.mean(db)
