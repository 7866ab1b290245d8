def normalize(x):
    z = x.copy()
    z -= z.mean()
    z /= np.linalg.norm(z) / np.sqrt(len(z))
    return z
