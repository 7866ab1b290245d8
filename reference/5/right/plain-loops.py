def train(x, y, waga, bias, alfa, epoki):
    for epoka in range(epoki):
        dw, db, loss = 0.0, 0.0, 0.0
        for xi, yi in zip(x, y):
            error = waga * xi + bias - yi
            loss += error**2 / len(x)
            dw += 2 * error * xi / len(x)
            db += 2 * error / len(x)
        waga -= alfa * dw
        bias -= alfa * db
        print("Epoka:", epoka + 1, "Błąd:", loss, "w =", waga, "b =", bias)
    return waga, bias
