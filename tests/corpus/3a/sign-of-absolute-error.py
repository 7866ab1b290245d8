"""truth: This is the derivative of the absolute error |y_hat - y|; the loss of the exercise is squared."""
def get_backprop(y_hat, y, x):
    znak = np.sign(y_hat - y)
    return znak * x, znak
