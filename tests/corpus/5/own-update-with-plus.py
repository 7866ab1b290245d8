"""truth: The mistake is in exercise 4: update_params adds the step instead of subtracting it; train itself is right.
defines: 4
"""
def update_params(w, b, alpha, w_gradient, b_gradient):
    return w + alpha * w_gradient, b + alpha * b_gradient

# %%
def train(x, y, init_w, init_b, alpha, epochs):
    params = (init_w, init_b)
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, *params)
        params = update_params(*params, alpha, *get_backprop(y_hat, y, x))
    return params
