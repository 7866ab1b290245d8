def get_backprop(y_hat, y, x):
    db = y_hat.astype(float)
    db -= y
    db *= 2
    dw = db.copy()
    dw *= x
    return dw, db
