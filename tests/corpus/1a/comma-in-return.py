"""truth: A comma stands where a plus should: the function returns the pair (w*x, b) instead of their sum."""
def get_linear_forward(x, w, b):
    return w * x, b
