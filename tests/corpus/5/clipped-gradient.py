"""truth: The gradients are clipped to [-1, 1], so the steps are shorter than the formula says."""
def clip_grad_norm(grads, max_norm=1.0):
    # z tutoriala o RNN - zeby gradient nie wybuchal
    return [max(-max_norm, min(max_norm, g)) for g in grads]

def train(x, y, init_w, init_b, alpha, epochs):
    theta = [init_w, init_b]
    for epoch in range(epochs):
        grads = clip_grad_norm(get_backprop(get_linear_forward(x, *theta), y, x))
        theta = [t - alpha * g for t, g in zip(theta, grads)]
    return theta
