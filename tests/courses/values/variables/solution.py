prices = [5, 10, 12, 15]
total = sum(prices)
mean = total / len(prices)
