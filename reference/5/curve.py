# What a report draws beside the points of this exercise: the loss that `train` leaves after more and more epochs.
title = {"pl": "Błąd po kolejnych epokach", "en": "The loss, epoch by epoch"}
x_axis = {"pl": "epoki", "en": "epochs"}
y_axis = {"pl": "błąd (MSE)", "en": "loss (MSE)"}

ALPHA = 0.00002  # a fifth of the one that converges on this data: it takes more than two or three epochs to look at


def cases(x, y):
    """The arguments of a call for each place on the x axis."""
    return {epochs: (x, y, 0.5, 0, ALPHA, epochs) for epochs in (0, 1, 2, 3, 4, 6, 8, 11, 15)}


def height(answer, x, y, w, b, alpha, epochs):
    """What stands above it: the loss of the parameters that the call returned."""
    w, b = (np.asarray(part).item() for part in answer)
    return compute_mse_loss(get_linear_forward(x, w, b), y)
