"""pl: Funkcja zmienia x w miejscu i niczego nie zwraca. Policz nowy wektor, nie ruszając x, i oddaj go słowem return.
en: The function changes x in place and returns nothing. Compute a new vector without touching x, and hand it back with return.
"""


def normalize(x):
    x -= np.mean(x)
    x /= np.std(x)
