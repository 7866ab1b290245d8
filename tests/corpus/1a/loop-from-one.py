"""truth: The loop begins at index 1 as in MATLAB or R, so the first observation is left at 0."""
def get_linear_forward(x, w, b):
    y = np.zeros(len(x))
    for i in range(1, len(x)):
        y[i] = w * x[i] + b
    return y
