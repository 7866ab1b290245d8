def get_linear_forward(x, w, b):
    return w * x + b
