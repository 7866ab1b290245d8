"""truth: The totals are set to 0 again in every turn of the loop, so only the last observation is left in them."""
def get_backprop(y_hat, y, x):
    for i in range(len(x)):
        suma_w = 0
        suma_b = 0
        suma_w += 2 * (y_hat[i] - y[i]) * x[i]
        suma_b += 2 * (y_hat[i] - y[i])
    return suma_w / len(x), suma_b / len(x)
