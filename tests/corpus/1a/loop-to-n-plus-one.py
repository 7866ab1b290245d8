"""truth: The loop runs over 1..N as in MATLAB, but Python counts from 0: x[N] doesn't exist and IndexError is raised."""
def get_linear_forward(x, w, b):
    y_hat = []
    n = len(x)
    for i in range(1, n + 1):
        y_hat.append(w * x[i] + b)
    return np.array(y_hat)
