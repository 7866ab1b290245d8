def factorial(n):
    return None
