import numpy as np


def roll():
    return int(np.random.randint(1, 7))
