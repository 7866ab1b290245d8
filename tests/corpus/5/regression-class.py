"""truth: fit stores the new values in local variables w and b, not in self.w and self.b, so the object keeps the starting parameters."""
class RegresjaLiniowa:
    def __init__(self, w, b, lr):
        self.w = w
        self.b = b
        self.lr = lr

    def predict(self, x):
        return get_linear_forward(x, self.w, self.b)

    def fit(self, x, y, n):
        for _ in range(n):
            dw, db = get_backprop(self.predict(x), y, x)
            w, b = update_params(self.w, self.b, self.lr, dw, db)
        return self


def train(x, y, init_w, init_b, alpha, epochs):
    model = RegresjaLiniowa(init_w, init_b, alpha).fit(x, y, epochs)
    return model.w, model.b
