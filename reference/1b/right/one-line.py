compute_mse_loss = lambda y_hat, y: np.average(np.square(np.subtract(y_hat, y)))
