"""truth: The mean of the errors is multiplied by the mean of x; the mean of a product is not the product of the means, so multiply first and average then."""
def get_backprop(y_hat, y, x):
    sredni_blad = np.mean(y_hat - y)
    sredni_x = np.mean(x)
    return 2 * sredni_blad * sredni_x, 2 * sredni_blad
