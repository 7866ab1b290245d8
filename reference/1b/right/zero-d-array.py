def compute_mse_loss(predykcje, etykiety):
    return np.array(np.mean(np.power(etykiety - predykcje, 2)))
