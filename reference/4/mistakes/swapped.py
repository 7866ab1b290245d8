"""pl: Obie wartości są dobre, ale stoją w odwrotnej kolejności. Sprawdź, co zwracasz jako pierwsze: w czy b?
en: Both values are right, but in reverse order. Check which you return first: w or b?
"""


def update_params(w, b, alpha, w_gradient, b_gradient):
    new_w = w - alpha * w_gradient
    new_b = b - alpha * b_gradient
    return new_b, new_w
