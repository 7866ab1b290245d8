def get_linear_forward(x, w, b):
    x = x.astype(float)
    x *= w
    x += b
    return x
