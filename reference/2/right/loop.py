def train(x_train, y_train, weight, bias):
    errors = []
    for x, y in zip(x_train, y_train):
        errors.append((weight * x + bias - y) ** 2)
    return sum(errors) / len(errors)
