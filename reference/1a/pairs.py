"""The solution with a switch for each mistake that people make together with another."""


def get_linear_forward(x, w, b, made):
    if "weight-bias-swapped" in made:
        w, b = b, w
    if "no-bias" in made:
        b = 0
    if "bias-subtracted" in made:
        b = -b
    y_hat = w * (x + b) if "bias-inside-brackets" in made else w * x + b
    if "dot-product" in made:
        y_hat = np.sum(w * x) + b
    elif "sum" in made and "no-bias" not in made:  # without the bias it is the dot product
        y_hat = np.sum(y_hat)
    return np.round(y_hat) if "rounded-to-ints" in made else y_hat
