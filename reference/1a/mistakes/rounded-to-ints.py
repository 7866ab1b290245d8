"""pl: Wygląda na to, że predykcje są zaokrąglone do liczb całkowitych. Zwróć je dokładnie tak, jak wyszły.
en: It looks as if the predictions are rounded to whole numbers. Return them exactly as they come out.
"""


def get_linear_forward(x, w, b):
    return [int(round(w * value + b)) for value in x]
