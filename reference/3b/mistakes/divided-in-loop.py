"""pl: Wygląda na to, że suma jest dzielona przez N w każdym obiegu pętli. Podziel ją raz, po pętli.
en: It looks as if the sum is divided by N in each pass of the loop. Divide it once, after the loop.
"""


def get_backprop(y_hat, y, x):
    dw, db = 0, 0
    for i in range(len(x)):
        dw = (dw + 2 * (y_hat[i] - y[i]) * x[i]) / len(x)
        db = (db + 2 * (y_hat[i] - y[i])) / len(x)
    return dw, db
