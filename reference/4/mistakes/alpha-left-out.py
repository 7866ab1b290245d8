"""pl: Wygląda na to, że odejmujesz cały gradient. Sprawdź, gdzie we wzorze jest learning rate.
en: It looks as if you subtract the whole gradient. Check where the learning rate stands in the formula.
"""


def update_params(w, b, alpha, w_gradient, b_gradient):
    new_w = w - w_gradient
    new_b = b - b_gradient
    return new_w, new_b
