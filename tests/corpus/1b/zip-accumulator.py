"""truth: The return stands inside the loop, so only the first observation's squared error counts."""
def compute_mse_loss(y_hat, y):
    suma = 0
    for pred, prawda in zip(y_hat, y):
        suma += (pred - prawda) ** 2
        return suma / len(y)
