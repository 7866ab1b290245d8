def to_fahrenheit(celsius):
    """Przelicza stopnie Celsjusza na Fahrenheita. celsius: wektor (N,). Zwraca wektor (N,).

    Converts degrees Celsius to Fahrenheit. celsius: a vector (N,). Returns a vector (N,).
    """
    return None  # <- tutaj wpisz swoje rozwiązanie / your solution here
