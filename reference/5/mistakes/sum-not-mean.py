"""pl: Wygląda na to, że gradient jest sumą po obserwacjach, a nie średnią, więc kroki są N razy za długie. Sprawdź, czy dzielisz przez liczbę obserwacji.
en: It looks as if the gradient is the sum over observations, not the mean, so the steps are N times too long. Check that you divide by the number of observations.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        error = get_linear_forward(x, w, b) - y
        w, b = update_params(w, b, alpha, np.sum(2 * error * x), np.sum(2 * error))
    return w, b
