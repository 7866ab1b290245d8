"""pl: Wygląda na średnią samych różnic, w której błędy dodatnie i ujemne się znoszą. Sprawdź, gdzie podnosisz do kwadratu.
en: It looks like the mean of the plain differences, where positive and negative errors cancel. Check where you square.
"""


def compute_mse_loss(y_hat, y):
    return np.mean(y_hat - y)
