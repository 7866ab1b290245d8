counts = {}
for letter in "banan":
    counts[letter] = counts.get(letter, 0) + 1
letters = set("kotok")
