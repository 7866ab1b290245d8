"""truth: The loss is returned as a third result; only w and b are wanted."""
from typing import Tuple

def train(x: np.ndarray, y: np.ndarray, init_w: float, init_b: float,
          alpha: float = 0.001, epochs: int = 1000) -> Tuple[float, float, float]:
    w, b, losses = init_w, init_b, []
    for epoch in range(1, epochs + 1):
        y_hat = get_linear_forward(x, w, b)
        w, b = update_params(w, b, alpha, *get_backprop(y_hat, y, x))
        losses.append(compute_mse_loss(get_linear_forward(x, w, b), y))
        if epoch % 100 == 0:
            print(f"Epoch {epoch}/{epochs} loss={losses[-1]:.4f}")
    return w, b, losses[-1]
