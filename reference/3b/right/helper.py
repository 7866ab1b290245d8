def mean(values):
    total = 0.0
    for value in values:
        total += value
    return total / len(values)


def get_backprop(predictions, targets, x):
    dw = [2 * (p - t) * v for p, t, v in zip(predictions, targets, x)]
    db = [2 * (p - t) for p, t in zip(predictions, targets)]
    return mean(dw), mean(db)
