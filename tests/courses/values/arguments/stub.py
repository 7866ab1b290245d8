def best(scores, n=3, largest=True):
    return None
