"""pl: Wygląda na to, że waga mnoży bias zamiast x. Sprawdź we wzorze, przy czym stoi w.
en: It looks as if the weight multiplies the bias instead of x. Check in the formula what w stands by.
"""


def get_linear_forward(x, w, b):
    return x + w * b
