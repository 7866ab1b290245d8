from itertools import count


def powers(base):
    return (base**n for n in count())
