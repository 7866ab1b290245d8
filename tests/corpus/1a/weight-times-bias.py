"""truth: The weight is multiplied by the bias instead of by x: the code computes x + w*b."""
def get_linear_forward(x, w, b):
    # y = x + w*b
    y_hat = x + w * b
    return y_hat
