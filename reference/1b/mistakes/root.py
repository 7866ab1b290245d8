"""pl: Wygląda na to, że na końcu jest pierwiastek, czyli wychodzi RMSE. Sprawdź, czy wzór na MSE go zawiera.
en: It looks as if a root is taken at the end, which gives the RMSE. Check whether the formula of the MSE has one.
"""


def compute_mse_loss(y_hat, y):
    return np.sqrt(np.mean(np.power(y_hat - y, 2)))
