"""pl: Wygląda na to, że błąd jest dzielony przez y, czyli względny. We wzorze na MSE jest sama różnica.
en: It looks as if the error is divided by y, so that it is relative. The formula of the MSE has the plain difference.
"""


def compute_mse_loss(y_hat, y):
    return np.mean(np.power((y_hat - y) / y, 2))
