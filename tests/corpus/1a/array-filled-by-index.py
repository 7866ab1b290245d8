"""truth: The result array is of whole numbers (dtype=int), so every prediction loses its fraction."""
def get_linear_forward(x: np.ndarray, w: float, b: float) -> np.ndarray:
    n = len(x)
    y_hat = np.zeros(n, dtype=int)
    for i in range(n):
        y_hat[i] = w * x[i] + b
    return y_hat
