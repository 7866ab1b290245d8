"""truth: The inner function does the work but is never called, so train returns None."""
def train(x, y, init_w, init_b):
    def policz():
        y_hat = get_linear_forward(x, init_w, init_b)
        return compute_mse_loss(y_hat, y)
