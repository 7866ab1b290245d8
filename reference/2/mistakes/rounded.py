"""pl: Wygląda na to, że błąd jest zaokrąglony. Zwróć go dokładnie takim, jaki wyszedł.
en: It looks as if the loss is rounded. Return it exactly as it comes out.
"""


def train(x, y, init_w, init_b):
    y_hat = get_linear_forward(x, init_w, init_b)
    return round(compute_mse_loss(y_hat, y))
