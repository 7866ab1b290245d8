def get_backprop(output, y, x):
    dw = np.array(np.average(2 * (output - y) * x))
    db = np.array(np.average(2 * (output - y)))
    return dw, db
