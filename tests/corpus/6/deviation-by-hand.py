"""truth: The sum of squares is not divided by N before the root, so the deviation is too large by the factor sqrt(N)."""
def odchylenie(x, m):
    return np.sqrt(np.sum((x - m) ** 2))

def normalize(x):
    m = np.mean(x)
    return (x - m) / odchylenie(x, m)
