from collections import Counter

counts = Counter("banan")
letters = frozenset("kot")
