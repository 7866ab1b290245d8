"""pl: Wygląda na softmax, który robi prawdopodobieństwa o sumie 1. Tu wystarczy odjąć i podzielić, bez exp: odejmij na przykład najmniejszą wartość, a potem podziel przez różnicę największej i najmniejszej.
en: It looks like a softmax, which makes probabilities that add up to 1. Here it is enough to subtract and to divide, without exp: subtract the smallest value, for instance, then divide by the difference between the largest and the smallest.
"""


def normalize(x):
    powers = np.exp(x - np.max(x))
    return powers / np.sum(powers)
