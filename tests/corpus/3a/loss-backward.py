"""truth: backward() and .grad belong to PyTorch tensors; a numpy array has no such method, so AttributeError is raised."""
def get_backprop(y_hat, y, x):
    loss = (y_hat - y) ** 2
    loss.backward()
    return w.grad, b.grad
