"""truth: The helpers are called with y and y_hat the wrong way round, so both derivatives have the wrong sign."""
def pochodna_w(y_hat, y, x):
    return 2 * (y_hat - y) * x

def pochodna_b(y_hat, y):
    return 2 * (y_hat - y)

# %%
def get_backprop(y_hat, y, x):
    return pochodna_w(y, y_hat, x), pochodna_b(y, y_hat)
