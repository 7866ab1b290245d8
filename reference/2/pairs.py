"""The solution with a switch for each mistake that people make together with another."""


def train(x, y, init_w, init_b, made):
    if "weight-bias-swapped" in made:
        init_w, init_b = init_b, init_w
    if "ignores-initial-parameters" in made:
        init_w, init_b = 0.5, 0
    y_hat = get_linear_forward(x, init_w, init_b)
    if "returns-predictions" in made:
        return y_hat
    loss = compute_mse_loss(y_hat, y)
    if "rounded" in made:
        loss = round(loss)
    return (loss, y_hat) if "returns-tuple" in made else loss
