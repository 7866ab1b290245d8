"""truth: The difference is the wrong way round, y - y_hat, so both derivatives have the wrong sign."""
def get_backprop(y_hat, y, x):
    blad = y - y_hat
    pochodna_w = 2 * blad * x
    pochodna_b = 2 * blad
    return pochodna_w, pochodna_b
