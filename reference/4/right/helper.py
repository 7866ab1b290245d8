def step(value, rate, gradient):
    return np.subtract(value, np.multiply(rate, gradient))


def update_params(waga, bias, alfa, gradient_wagi, gradient_biasu):
    return step(waga, alfa, gradient_wagi), step(bias, alfa, gradient_biasu)
