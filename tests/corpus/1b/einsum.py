"""truth: With two different letters, einsum adds up the products of all pairs of errors (the square of their sum), not the squares."""
def compute_mse_loss(y_hat, y):
    e = y_hat - y
    return np.einsum('i,j->', e, e) / len(e)
