"""truth: A column (N,1) plus a row of N biases broadcasts to an N by N matrix instead of a vector of N predictions."""
def get_linear_forward(x, w, b):
    X = x.reshape(-1, 1)
    B = b * np.ones(len(x))
    return X * w + B
