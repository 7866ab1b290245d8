def drop_negative(numbers):
    numbers[:] = [number for number in numbers if number >= 0]
