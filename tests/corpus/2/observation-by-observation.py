"""truth: The loss is overwritten for every observation, so the last one's squared error is returned instead of the mean of all."""
def train(x, y, init_w, init_b):
    for i in range(len(x)):
        pred = get_linear_forward(x[i], init_w, init_b)
        loss = compute_mse_loss(pred, y[i])
    return loss
