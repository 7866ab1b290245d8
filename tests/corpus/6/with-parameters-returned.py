"""truth: The function returns three things, the vector with its mean and deviation; only the vector is wanted."""
def normalize(x):
    mean = np.mean(x, axis=0)
    std = np.std(x, axis=0)
    x_norm = (x - mean) / std
    return x_norm, mean, std
