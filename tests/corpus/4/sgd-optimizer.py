"""truth: The optimizer is made with its default learning rate of 0.01, so the given alpha is ignored."""
class SGD:
    def __init__(self, params, lr=0.01):
        self.params = list(params)
        self.lr = lr

    def step(self, grads):
        self.params = [p - self.lr * g for p, g in zip(self.params, grads)]
        return self.params


def update_params(w, b, alpha, w_gradient, b_gradient):
    optimizer = SGD([w, b])
    return optimizer.step([w_gradient, b_gradient])
