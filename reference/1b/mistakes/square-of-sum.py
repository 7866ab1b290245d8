"""pl: Wygląda na to, że do kwadratu podnoszona jest suma błędów, a nie każdy z nich. Sprawdź kolejność: najpierw kwadraty, potem suma.
en: It looks as if the sum of the errors is squared, not each of them. Check the order: squares first, then the sum.
"""


def compute_mse_loss(y_hat, y):
    return np.power(np.sum(y_hat - y), 2) / len(y)
