def area(side):
    return side * side


def volume(side, height):
    return area(side) * height
