"""pl: Wygląda na to, że w korzysta z gradientu b, a b z gradientu w. Sprawdź, który gradient odejmujesz od którego parametru.
en: It looks as if w uses the gradient of b, and b that of w. Check which gradient you subtract from which parameter.
"""


def update_params(w, b, alpha, w_gradient, b_gradient):
    new_w = w - alpha * b_gradient
    new_b = b - alpha * w_gradient
    return new_w, new_b
