"""truth: StandardScaler comes from sklearn and was never imported, so NameError is raised.
truth: StandardScaler wants a two-dimensional table, not a vector, so fit_transform(x) would raise ValueError.
"""
def normalize(x):
    scaler = StandardScaler()
    return scaler.fit_transform(x)
