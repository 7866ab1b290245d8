"""pl: Wygląda na softmax, który robi prawdopodobieństwa o sumie 1. Normalizacja tylko przesuwa i dzieli, bez exp.
en: It looks like a softmax, which makes probabilities that add up to 1. Normalizing only shifts and divides, without exp.
"""


def normalize(x):
    powers = np.exp(x - np.max(x))
    return powers / np.sum(powers)
