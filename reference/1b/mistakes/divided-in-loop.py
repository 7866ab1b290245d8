"""pl: Wygląda na to, że suma jest dzielona przez N w każdym obiegu pętli. Podziel ją raz, po pętli.
en: It looks as if the sum is divided by N in each pass of the loop. Divide it once, after the loop.
"""


def compute_mse_loss(y_hat, y):
    total = 0
    for i in range(len(y)):
        total = (total + (y_hat[i] - y[i]) ** 2) / len(y)
    return total
