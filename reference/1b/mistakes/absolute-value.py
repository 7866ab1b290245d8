"""pl: Wygląda na średnią wartości bezwzględnych (MAE). Sprawdź, czy różnice są podnoszone do kwadratu.
en: It looks like the mean of absolute values (MAE). Check that the differences are squared.
"""


def compute_mse_loss(y_hat, y):
    return np.mean(np.abs(y_hat - y))
