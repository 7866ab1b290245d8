"""truth: The mistake is in exercise 1b: compute_mse_loss takes a square root of the mean (RMSE); train itself is right.
defines: 1b
"""
def compute_mse_loss(y_hat, y):
    return np.sqrt(np.mean(np.power(y_hat - y, 2)))

# %%
def train(x, y, init_w, init_b):
    y_hat = get_linear_forward(x, init_w, init_b)
    loss = compute_mse_loss(y_hat, y)
    return loss
