"""truth: The squared errors are added up but not divided by the number of observations."""
def train(x, y, init_w, init_b):
    calkowity_blad = 0
    for xi, yi in zip(x, y):
        y_hat = get_linear_forward(xi, init_w, init_b)
        calkowity_blad += compute_mse_loss(y_hat, yi)
    return calkowity_blad
