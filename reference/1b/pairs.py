"""The solution with a switch for each mistake that people make together with another."""


def compute_mse_loss(y_hat, y, made):
    squares = np.power(y_hat - y, 3 if "cubed" in made else 2)
    if "absolute-value" in made:
        squares = np.abs(y_hat - y)
    elif "difference-of-squares" in made:
        squares = np.power(y_hat, 2) - np.power(y, 2)
    elif "not-squared" in made or "square-of-mean" in made:
        squares = y_hat - y
    if "no-mean" in made:
        loss = squares
    elif "sum-not-mean" in made:
        loss = np.sum(squares)
    elif "n-minus-one" in made:
        loss = np.sum(squares) / (len(y) - 1)
    else:
        loss = np.mean(squares)
    if "square-of-mean" in made:
        loss = np.power(loss, 2)
    if "root" in made and "no-mean" not in made:  # the root of a single square is its absolute value
        loss = np.sqrt(loss)
    if "half-mean" in made:
        loss = loss / 2
    return loss
