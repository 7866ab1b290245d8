"""truth: x is divided by its length (L2 norm), as sklearn's normalize does; this is neither mean 0 and deviation 1 nor the range [0, 1]."""
def normalize(x):
    norm = np.linalg.norm(x)
    if norm == 0:
        return x
    return x / norm
