def best(scores, n=3, largest=True):
    return sorted(scores, reverse=largest)[:n]
