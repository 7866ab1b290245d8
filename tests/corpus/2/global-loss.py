"""truth: The loss is stored in a global variable and printed, but the function returns nothing."""
loss = None

def train(x, y, init_w, init_b):
    global loss
    y_hat = get_linear_forward(x, init_w, init_b)
    loss = compute_mse_loss(y_hat, y)
    print("Blad na starcie:", loss)

# %%
train(x_train, y_train, 0.5, 0)
