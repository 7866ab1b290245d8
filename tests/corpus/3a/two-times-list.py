"""truth: 2 times a list repeats the list instead of doubling its numbers: the results have length 2N and lack the factor 2."""
def get_backprop(y_hat, y, x):
    roznice = [a - b for a, b in zip(y_hat, y)]
    iloczyny = [r * xi for r, xi in zip(roznice, x)]
    return 2 * iloczyny, 2 * roznice
