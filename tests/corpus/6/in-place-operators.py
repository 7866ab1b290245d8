"""truth: -= and /= change the caller's array in place, so x_train itself is overwritten, and an array of whole numbers raises a casting error; a new vector is wanted."""
def normalize(x):
    x -= x.mean()
    x /= x.std()
    return x
