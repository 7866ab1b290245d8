def get_linear_forward(x, weight, bias):
    return np.dot(x, weight) + bias
