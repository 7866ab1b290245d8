def get_backprop(y_hat, y, x):
    design = np.column_stack([x, np.ones(len(x))])
    gradients = 2 * (y_hat - y).reshape(-1, 1) * design
    return gradients[:, 0], gradients[:, 1]
