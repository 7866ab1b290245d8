"""pl: Zwracasz sam krok, czyli learning rate razy gradient. Sprawdź, co z nim zrobić, żeby powstały nowe wartości parametrów.
en: You return the step alone, the learning rate times the gradient. Check what to do with it to get the new values of the parameters.
"""


def update_params(w, b, alpha, w_gradient, b_gradient):
    return alpha * w_gradient, alpha * b_gradient
