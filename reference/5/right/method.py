class Network:
    def __init__(self):
        self.w = 0.0
        self.b = 0.0

    def loss(self, x, y):
        return compute_mse_loss(get_linear_forward(x, self.w, self.b), y)

    def step(self, x, y, alpha):
        dw, db = get_backprop(get_linear_forward(x, self.w, self.b), y, x)
        self.w, self.b = update_params(self.w, self.b, alpha, dw, db)

    def train(self, x, y, init_w, init_b, alpha, epochs):
        self.w, self.b = init_w, init_b
        for epoch in range(epochs):
            self.step(x, y, alpha)
            print(f"epoch {epoch}: {self.loss(x, y):g}")
        return self.w, self.b
