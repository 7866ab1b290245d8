def get_backprop(x, y, y_pred):
    dw = (2 * (y_pred - y) * x).mean()
    db = (2 * (y_pred - y)).mean()
    return [dw, db]
