"""truth: The function returns the predictions; the loss is computed but not returned."""
def train(x, y, init_w, init_b):
    y_hat = get_linear_forward(x, init_w, init_b)
    loss = compute_mse_loss(y_hat, y)
    return y_hat

# %%
INIT_WEIGHT = 0.5
INIT_BIAS = 0
train(x_train, y_train, INIT_WEIGHT, INIT_BIAS)
