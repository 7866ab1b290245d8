"""truth: The return is inside the loop: only the first observation counts."""
def get_backprop(y_hat, y, x):
    n = len(x)
    sw, sb = 0, 0
    for i in range(n):
        sw += 2 * (y_hat[i] - y[i]) * x[i]
        sb += 2 * (y_hat[i] - y[i])
        return sw / n, sb / n
