def get_backprop(y_hat, y, x):
    dw = []
    db = []
    for i in range(len(x)):
        error = y_hat[i] - y[i]
        dw.append(2 * error * x[i])
        db.append(2 * error)
    return dw, db
