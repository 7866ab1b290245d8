"""pl: Wygląda na to, że do kwadratu podnoszone jest samo y, a nie cała różnica. Sprawdź nawiasy: potęga liczy się przed odejmowaniem.
en: It looks as if only y is squared, not the whole difference. Check the brackets: a power comes before a subtraction.
"""


def compute_mse_loss(y_hat, y):
    return np.mean(y_hat - y**2)
