"""truth: The search for the smallest value starts at 0, so for positive data it finds 0 instead of the minimum (and for negative data the maximum is wrong in the same way)."""
def normalize(x):
    najmniejsza = 0
    najwieksza = 0
    for v in x:
        if v < najmniejsza:
            najmniejsza = v
        if v > najwieksza:
            najwieksza = v
    return (x - najmniejsza) / (najwieksza - najmniejsza)
