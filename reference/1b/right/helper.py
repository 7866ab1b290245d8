import math


def square_error(prediction, true_value):
    return math.pow(prediction - true_value, 2)


def compute_mse_loss(y_hat, y):
    errors = list(map(square_error, y_hat, y))
    return math.fsum(errors) / len(errors)
