"""truth: The mistake is in exercise 1a: get_linear_forward computes w*(x + b), so the weight multiplies the bias too; train itself is right.
defines: 1a
"""
def get_linear_forward(x, w, b):
    return w * (x + b)

# %%
def train(x, y, init_w, init_b):
    y_hat = get_linear_forward(x, init_w, init_b)
    return compute_mse_loss(y_hat, y)
