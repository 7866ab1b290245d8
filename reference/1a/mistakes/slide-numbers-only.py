"""pl: Wygląda na to, że liczby z testu są wpisane na stałe i wynik nie zależy od argumentów. Użyj w środku x, w i b.
en: It looks as if the test's numbers are written in, and the result does not depend on the arguments. Use x, w and b inside.
"""


def get_linear_forward(x, w, b):
    return np.array([5, 8, 11])
