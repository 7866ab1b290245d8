class Backprop:
    @staticmethod
    def get_backprop(y_hat, y, x):
        db = 2 * (y_hat - y)
        return float(np.mean(db * x)), float(np.mean(db))
