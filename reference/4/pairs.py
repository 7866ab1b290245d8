"""The solution with a switch for each mistake that people make together with another."""


def update_params(w, b, alpha, w_gradient, b_gradient, made):
    if "gradients-swapped" in made:
        w_gradient, b_gradient = b_gradient, w_gradient
    rate = 1 if "alpha-left-out" in made else alpha
    step_w, step_b = rate * w_gradient, rate * b_gradient
    if "multiplied" in made:
        new_w, new_b = w * step_w, b * step_b
    elif "alpha-on-parameter" in made:
        sign = 1 if "plus-for-minus" in made else -1
        new_w, new_b = alpha * w + sign * w_gradient, alpha * b + sign * b_gradient
    elif "plus-for-minus" in made:
        new_w, new_b = w + step_w, b + step_b
    else:
        new_w, new_b = w - step_w, b - step_b
    if "only-w-changed" in made:
        new_b = b
    return (new_b, new_w) if "swapped" in made else (new_w, new_b)
