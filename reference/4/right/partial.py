from functools import partial


def move(sign, w, b, alpha, w_gradient, b_gradient):
    return w + sign * alpha * w_gradient, b + sign * alpha * b_gradient


update_params = partial(move, -1)
