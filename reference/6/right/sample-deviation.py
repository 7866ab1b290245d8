def normalize(x):
    return (x - x.mean()) / x.std(ddof=1)
