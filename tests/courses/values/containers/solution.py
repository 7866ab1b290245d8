counts = {}
for number in [1, 5, 2, 5, 1, 5]:
    counts[number] = counts.get(number, 0) + 1
letters = set("kotok")
