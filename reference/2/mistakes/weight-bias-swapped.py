"""pl: Wygląda na to, że waga i bias zamieniły się miejscami. Sprawdź kolejność argumentów, z którą wywołujesz get_linear_forward.
en: It looks as if the weight and the bias have changed places. Check the order of arguments in your call of get_linear_forward.
"""


def train(x, y, init_w, init_b):
    y_hat = get_linear_forward(x, init_b, init_w)
    return compute_mse_loss(y_hat, y)
