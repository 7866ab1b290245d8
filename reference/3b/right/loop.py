def get_backprop(y_hat, y, x):
    dw = 0
    db = 0
    n = len(x)
    for i in range(n):
        error = y_hat[i] - y[i]
        dw += 2 * error * x[i] / n
        db += 2 * error / n
    return dw, db
