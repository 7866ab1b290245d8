"""truth: The function returns the lambda itself, which nobody has called, instead of the predictions."""
def get_linear_forward(x, w, b):
    f = lambda x: w * x + b
    return f
