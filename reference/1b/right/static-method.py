class Loss:
    @staticmethod
    def compute_mse_loss(y_hat, y):
        return float(np.mean((y_hat - y) ** 2))
