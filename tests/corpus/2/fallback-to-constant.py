"""truth: INIT_WEIGHT is assigned inside the function, which makes it a local variable that has no value when the condition is false: UnboundLocalError.
truth: The given init_w is never used in the prediction.
"""
INIT_WEIGHT = 0.5
INIT_BIAS = 0

def train(x, y, init_w, init_b):
    if init_w is None:
        INIT_WEIGHT = 0.1
    y_hat = get_linear_forward(x, INIT_WEIGHT, init_b)
    return compute_mse_loss(y_hat, y)
