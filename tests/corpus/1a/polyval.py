"""truth: np.polyval takes the coefficient of the highest power first, so [b, w] computes b*x + w: the weight and the bias change places."""
def get_linear_forward(x, w, b):
    # wielomian stopnia 1
    return np.polyval([b, w], x)
