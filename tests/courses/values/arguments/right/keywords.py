def best(scores, *, largest=True, n=3):
    ordered = sorted(scores)
    return ordered[::-1][:n] if largest else ordered[:n]
