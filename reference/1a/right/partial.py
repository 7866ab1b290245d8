from functools import partial


def polynomial(x, w, b, degree):
    return w * x**degree + b


get_linear_forward = partial(polynomial, degree=1)
