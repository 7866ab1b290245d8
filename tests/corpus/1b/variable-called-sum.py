"""truth: A variable called sum hides the built-in function sum, so the call sum(kwadraty) calls a number and raises TypeError."""
def compute_mse_loss(y_hat, y):
    sum = 0
    kwadraty = []
    for i in range(len(y)):
        kwadraty.append((y_hat[i] - y[i]) ** 2)
    sum = sum(kwadraty)
    return sum / len(y)
