"""pl: Parametry zmieniają się w złą stronę. Sprawdź, czy krok w stronę mniejszego błędu dodajesz, czy odejmujesz.
en: The parameters change the wrong way. Check whether a step towards a smaller loss is added or subtracted.
"""


def update_params(w, b, alpha, w_gradient, b_gradient):
    new_w = w + alpha * w_gradient
    new_b = b + alpha * b_gradient
    return new_w, new_b
