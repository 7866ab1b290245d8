def get_linear_forward(dane, waga, bias):
    return np.array([waga * element + bias for element in dane])
