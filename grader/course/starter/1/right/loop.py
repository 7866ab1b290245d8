def to_fahrenheit(celsius):
    result = []
    for degrees in celsius:
        result.append(32 + degrees * 1.8)
    return result
