INIT_WEIGHT = 0.5
INIT_BIAS = 0


def train(x, y, init_w=INIT_WEIGHT, init_b=INIT_BIAS):
    y_hat = get_linear_forward(x, w=init_w, b=init_b)
    loss = compute_mse_loss(y_hat=y_hat, y=y)
    print("Loss:", loss)
    return loss
