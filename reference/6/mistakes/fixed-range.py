"""pl: Wygląda na to, że dzielisz przez 100, czyli przez zakres danych z notatnika. Policz zakres podanego x.
en: It looks as if you divide by 100, the range of the data in the notebook. Compute the range of the x that is given.
"""


def normalize(x):
    return x / 100
