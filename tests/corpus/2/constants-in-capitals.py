"""truth: The function uses the notebook's constants INIT_WEIGHT and INIT_BIAS instead of its parameters init_w and init_b."""
INIT_WEIGHT = 0.5
INIT_BIAS = 0

# %%
def train(x, y, init_w, init_b):
    y_hat = get_linear_forward(x, INIT_WEIGHT, INIT_BIAS)
    loss = compute_mse_loss(y_hat, y)
    return loss
