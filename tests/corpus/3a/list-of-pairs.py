"""truth: The function returns N pairs (one for each observation) instead of two vectors: first all derivatives by w, then all by b."""
def get_backprop(y_hat, y, x):
    gradienty = []
    for yh, yt, xi in zip(y_hat, y, x):
        gradienty.append((2 * (yh - yt) * xi, 2 * (yh - yt)))
    return gradienty
