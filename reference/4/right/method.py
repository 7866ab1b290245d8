class Optimizer:
    alpha = 0.1

    def update_params(self, w, b, alpha, w_gradient, b_gradient):
        self.alpha = alpha
        return (w - self.alpha * w_gradient, b - self.alpha * b_gradient)
