"""pl: Z całego wektora powstała jedna liczba, jak w iloczynie skalarnym albo po zsumowaniu. Każda obserwacja ma mieć własną predykcję, więc wynik powinien mieć tyle liczb co x.
en: The whole vector has become one number, as in a dot product or a sum. Each observation should have its own prediction, so the result needs as many numbers as x.
"""


def get_linear_forward(x, w, b):
    weights = np.full(len(x), w)
    return np.dot(x, weights) + b
