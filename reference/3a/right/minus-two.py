def get_backprop(output, target, x):
    return -2 * (target - output) * x, -2 * (target - output)
