def get_backprop(y_hat, y, x):
    error = (y_hat - y).astype("float32")
    return np.mean(2 * error * x.astype("float32")), np.mean(2 * error)
