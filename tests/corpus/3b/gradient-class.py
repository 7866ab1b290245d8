"""truth: average() computes the means but doesn't return them, so get_backprop gives None."""
class Gradient:
    def __init__(self, y_hat, y, x):
        self.dw = 2 * (y_hat - y) * x
        self.db = 2 * (y_hat - y)

    def average(self):
        self.dw = self.dw.mean()
        self.db = self.db.mean()


def get_backprop(y_hat, y, x):
    g = Gradient(y_hat, y, x)
    return g.average()
