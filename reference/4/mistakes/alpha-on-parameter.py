"""pl: Wygląda na to, że alpha mnoży parametr, a nie gradient. Sprawdź we wzorze, przy czym ona stoi.
en: It looks as if alpha multiplies the parameter, not the gradient. Check in the formula what it stands by.
"""


def update_params(w, b, alpha, w_gradient, b_gradient):
    new_w = alpha * w - w_gradient
    new_b = alpha * b - b_gradient
    return new_w, new_b
