"""pl: Wygląda na to, że bias nie bierze udziału w obliczeniach. Sprawdź, czy we wzorze używasz argumentu b.
en: It looks as if the bias takes no part in the computation. Check that your formula uses the argument b.
"""


def get_linear_forward(x, w, b):
    return w * x
