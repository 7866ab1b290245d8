"""pl: Wygląda na to, że alpha jest odejmowana od parametru, a dopiero wynik mnożony przez gradient. Sprawdź nawiasy: najpierw mnożenie.
en: It looks as if alpha is subtracted from the parameter, and the result multiplied by the gradient. Check the brackets: multiply first.
"""


def update_params(w, b, alpha, w_gradient, b_gradient):
    new_w = (w - alpha) * w_gradient
    new_b = (b - alpha) * b_gradient
    return new_w, new_b
