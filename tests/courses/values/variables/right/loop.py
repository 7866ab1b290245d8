prices = [5, 10, 12, 15]
total = 0
for price in prices:
    total += price
mean = total / 4
