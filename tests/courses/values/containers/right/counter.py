from collections import Counter

counts = Counter([1, 5, 2, 5, 1, 5])
letters = frozenset("kot")
