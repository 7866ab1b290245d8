"""truth: x is divided by the variance instead of by the standard deviation (its square root)."""
def normalize(x):
    srednia = np.mean(x)
    wariancja = np.var(x)
    return (x - srednia) / wariancja
