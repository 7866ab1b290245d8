"""truth: x - mean is divided by the mean absolute deviation, which is not the standard deviation."""
def normalize(x):
    sr = sum(x) / len(x)
    odchylenie = sum(abs(v - sr) for v in x) / len(x)
    return (x - sr) / odchylenie
