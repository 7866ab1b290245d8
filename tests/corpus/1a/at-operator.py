"""truth: The @ operator is a matrix product and does not accept a single number: with a number w it raises ValueError. Here * is needed."""
def get_linear_forward(x, w, b):
    return w @ x + b
