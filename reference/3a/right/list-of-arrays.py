def get_backprop(y_pred, y_true, x):
    gradient_b = np.multiply(2, np.subtract(y_pred, y_true))
    gradient_w = np.multiply(gradient_b, x)
    return [gradient_w, gradient_b]
