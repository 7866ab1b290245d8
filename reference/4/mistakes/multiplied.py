"""pl: Wygląda na to, że parametr jest mnożony przez krok, zamiast się o niego zmniejszyć. Porównaj działania ze wzorem.
en: It looks as if the parameter is multiplied by the step instead of being lowered by it. Compare the operations with the formula.
"""


def update_params(w, b, alpha, w_gradient, b_gradient):
    new_w = w * alpha * w_gradient
    new_b = b * alpha * b_gradient
    return new_w, new_b
