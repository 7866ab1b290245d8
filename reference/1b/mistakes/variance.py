"""pl: Wygląda na wariancję błędów: od każdego odjęto najpierw ich średnią. Podnieś do kwadratu błędy takie, jakie są.
en: It looks like the variance of the errors: their mean is subtracted from each first. Square the errors as they are.
"""


def compute_mse_loss(y_hat, y):
    return np.var(y_hat - y)
