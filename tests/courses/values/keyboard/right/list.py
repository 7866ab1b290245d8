numbers = [int(input()) for _ in range(2)]
total = sum(numbers)
