"""pl: Wygląda na to, że w miejscu gradientu stoi sam błąd (strata). Kierunek kroku daje gradient: sprawdź, która funkcja go liczy.
en: It looks as if the loss stands in the place of the gradient. The gradient gives the direction of the step: check which function computes it.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        loss = compute_mse_loss(get_linear_forward(x, w, b), y)
        w, b = w - alpha * loss, b - alpha * loss
    return w, b
