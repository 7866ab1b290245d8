"""truth: The sum is overwritten in each turn (= instead of +=), so only the last observation's squared error is left, divided by N."""
def compute_mse_loss(y_hat, y):
    n = len(y_hat)
    blad = 0
    for i in range(n):
        blad = (y_hat[i] - y[i]) ** 2
    return blad / n
