"""pl: Waga zmienia się dobrze, ale bias wraca taki sam. Sprawdź, czy b też robi swój krok i czy zwracasz jego nową wartość.
en: The weight changes well, but the bias comes back as it was. Check that b takes its step too, and that you return its new value.
"""


def update_params(w, b, alpha, w_gradient, b_gradient):
    new_w = w - alpha * w_gradient
    new_b = b
    return new_w, new_b
