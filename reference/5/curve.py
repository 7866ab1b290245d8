# What a report draws beside the points of this exercise: the loss that `train` leaves after more and more epochs, with
# the learning rates of the experiments in exercises 5 and 6.
RAW, NORMALIZED = "generated_data", "(x - mean(x)) / std(x)"
TRIALS = [
    (0.1, RAW, range(4)),
    (0.001, RAW, range(9)),
    (0.4, NORMALIZED, range(11)),
    (0.0001, RAW, (0, 1, 2, 5, 10, 30, 100, 1000)),
]
title = [
    {lang: f"{words}: alpha = {alpha}, {data}" for lang, words in (("pl", "Błąd"), ("en", "The loss"))}
    for alpha, data, _ in TRIALS
]
x_axis = {"pl": "epoki", "en": "epochs"}
y_axis = {"pl": "błąd (MSE)", "en": "loss (MSE)"}


def cases(x, y):
    """For each curve the arguments of a call for each place on the x axis."""
    inputs = {RAW: x, NORMALIZED: (x - np.mean(x)) / np.std(x)}
    return [{epochs: (inputs[data], y, 0.5, 0, alpha, epochs) for epochs in places} for alpha, data, places in TRIALS]


def height(answer, x, y, w, b, alpha, epochs):
    """What stands above it: the loss of the parameters that the call returned."""
    w, b = (np.asarray(part).item() for part in answer)
    return compute_mse_loss(get_linear_forward(x, w, b), y)
