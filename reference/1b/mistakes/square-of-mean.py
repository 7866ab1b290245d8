"""pl: Wygląda na to, że średnia jest liczona przed podniesieniem do kwadratu. Sprawdź kolejność tych dwóch kroków.
en: It looks as if the mean is taken before squaring. Check the order of these two steps.
"""


def compute_mse_loss(y_hat, y):
    return np.power(np.mean(y_hat - y), 2)
