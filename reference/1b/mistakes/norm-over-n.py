"""pl: Wygląda na to, że przez N dzielisz pierwiastek z sumy kwadratów (np. np.linalg.norm). We wzorze na MSE nie ma pierwiastka.
en: It looks as if the root of the sum of squares is divided by N (np.linalg.norm takes a root). The formula of the MSE has none.
"""


def compute_mse_loss(y_hat, y):
    return np.sqrt(np.sum(np.power(y_hat - y, 2))) / len(y)
