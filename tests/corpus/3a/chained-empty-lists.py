"""truth: dw = db = [] makes one list with two names, so both results are the same list of length 2N with the derivatives by w and by b mixed."""
def get_backprop(y_hat, y, x):
    dw = db = []
    for i in range(len(y)):
        blad = y_hat[i] - y[i]
        dw.append(2 * blad * x[i])
        db.append(2 * blad)
    return dw, db
