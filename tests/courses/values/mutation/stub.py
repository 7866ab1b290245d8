def drop_negative(numbers):
    raise NotImplementedError
