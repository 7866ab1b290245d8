class Model:
    def __init__(self):
        self.history = []

    def train(self, x, y, init_w, init_b):
        self.w = init_w
        self.b = init_b
        loss = compute_mse_loss(get_linear_forward(x, self.w, self.b), y)
        self.history.append(loss)
        return self.history[-1]
