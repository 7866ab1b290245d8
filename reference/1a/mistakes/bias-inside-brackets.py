"""pl: Wygląda na to, że bias też jest mnożony przez wagę. Sprawdź nawiasy: co dzieje się najpierw, mnożenie czy dodawanie?
en: It looks as if the bias is multiplied by the weight too. Check the brackets: which comes first, multiplying or adding?
"""


def get_linear_forward(x, w, b):
    return w * (x + b)
