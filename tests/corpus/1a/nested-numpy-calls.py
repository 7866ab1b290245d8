"""truth: A bracket closes too late: b is given to np.multiply as its third argument, where numpy expects an array to write into, so TypeError is raised."""
def get_linear_forward(x, w, b):
    return np.add(np.multiply(w, x, b))
