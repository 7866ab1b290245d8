"""truth: Averaging the result so far with the next value, (a + d)/2, weighs late observations more; it is not the mean of all."""
def get_backprop(y_hat, y, x):
    sr_w = 0
    sr_b = 0
    for i in range(len(x)):
        d = 2 * (y_hat[i] - y[i])
        sr_w = (sr_w + d * x[i]) / 2
        sr_b = (sr_b + d) / 2
    return sr_w, sr_b
