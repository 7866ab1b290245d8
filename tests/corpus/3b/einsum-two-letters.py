"""truth: 'i,j->' multiplies every error with every x (the product of the two sums); the derivative by w needs the products of the same observation, 'i,i->'."""
def get_backprop(y_hat, y, x):
    delta = 2 * (y_hat - y)
    dw = np.einsum('i,j->', delta, x) / len(x)
    db = np.einsum('i->', delta) / len(x)
    return dw, db
