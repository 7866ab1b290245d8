"""truth: Only y_hat is made a column, so (N,1) minus (N,) broadcasts to an N by N matrix of all differences and the mean is taken over all pairs."""
def compute_mse_loss(y_hat, y):
    y_hat = np.array(y_hat).reshape(-1, 1)
    y = np.array(y)
    return ((y_hat - y) ** 2).mean()
