"""truth: x has one axis only, number 0: axis=1 doesn't exist and AxisError is raised."""
def normalize(x):
    return (x - np.mean(x, axis=1)) / np.std(x, axis=1)
