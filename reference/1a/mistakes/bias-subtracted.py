"""pl: Wygląda na to, że bias jest odejmowany. Porównaj ze wzorem znak, który stoi przed b.
en: It looks as if the bias is subtracted. Compare the sign in front of b with the formula.
"""


def get_linear_forward(x, w, b):
    return w * x - b
