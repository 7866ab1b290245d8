get_linear_forward = lambda x, w, b: x * w + b
