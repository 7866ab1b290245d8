"""pl: Wygląda na to, że dzielisz przez sumę, więc wartości sumują się do 1. Najpierw odejmij średnią, a potem podziel przez odchylenie standardowe; albo odejmij najmniejszą wartość i podziel przez różnicę największej i najmniejszej.
en: It looks as if you divide by the sum, so that the values add up to 1. First subtract the mean, then divide by the standard deviation; or subtract the smallest value, and divide by the difference between the largest and the smallest.
"""


def normalize(x):
    return x / np.sum(x)
