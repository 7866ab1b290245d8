import random


def roll():
    return random.choice([1, 2, 3, 4, 5, 6])
