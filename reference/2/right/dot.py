def train(x, target, weight, bias):
    error = np.dot(x, weight) + bias - target
    return np.dot(error, error) / len(target)
