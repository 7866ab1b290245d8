"""pl: Wygląda na to, że różnice są podnoszone do potęgi 3. Sprawdź wykładnik we wzorze.
en: It looks as if the differences are raised to the power of 3. Check the exponent in the formula.
"""


def compute_mse_loss(y_hat, y):
    return np.mean(np.power(y_hat - y, 3))
