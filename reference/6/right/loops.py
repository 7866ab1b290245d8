def normalize(x):
    n = len(x)
    mean = sum(x) / n
    variance = sum((value - mean) ** 2 for value in x) / n
    return [(value - mean) / variance**0.5 for value in x]
