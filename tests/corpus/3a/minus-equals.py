"""truth: -= and *= change the caller's y_hat in place: its predictions are spoiled after the call, and whole-number arrays raise a casting error."""
def get_backprop(y_hat, y, x):
    y_hat -= y
    y_hat *= 2
    return y_hat * x, y_hat
