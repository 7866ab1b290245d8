"""pl: Wygląda na to, że różnice są mnożone przez 2, a nie podnoszone do kwadratu. Jedna gwiazdka to mnożenie, dwie to potęga.
en: It looks as if the differences are multiplied by 2, not squared. One star multiplies, two stars make a power.
"""


def compute_mse_loss(y_hat, y):
    return np.mean((y_hat - y) * 2)
