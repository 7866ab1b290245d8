def drop_negative(numbers):
    for number in list(numbers):
        if number < 0:
            numbers.remove(number)
