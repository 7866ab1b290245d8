"""truth: train returns the model object (as fit does in sklearn) instead of the loss."""
class Model:
    def __init__(self, w, b):
        self.w = w
        self.b = b
        self.loss_ = None

    def fit(self, x, y):
        y_hat = get_linear_forward(x, self.w, self.b)
        self.loss_ = compute_mse_loss(y_hat, y)
        return self

def train(x, y, init_w, init_b):
    model = Model(init_w, init_b)
    return model.fit(x, y)
