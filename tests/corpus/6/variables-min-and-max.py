"""truth: min and max are assigned inside the function, which makes them local variables without a value at the call min(x): UnboundLocalError. Other names are needed."""
def normalize(x):
    min = min(x)
    max = max(x)
    return (x - min) / (max - min)
