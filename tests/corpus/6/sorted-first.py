"""truth: The data is sorted first, so the result no longer stands in the order of the observations."""
def normalize(x):
    posortowane = np.array(sorted(x))
    najmniejszy = posortowane[0]
    najwiekszy = posortowane[-1]
    return (posortowane - najmniejszy) / (najwiekszy - najmniejszy)
