def get_linear_forward(x: np.ndarray, w: float = 0.5, b: float = 0.0, verbose: bool = False) -> np.ndarray:
    """Funkcja liniowa."""
    y_hat = np.zeros(x.shape)
    for i in range(x.shape[0]):
        y_hat[i] = w * x[i] + b
    if verbose:
        print(y_hat)
    return y_hat
