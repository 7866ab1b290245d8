"""truth: apply is a method of pandas; a numpy array doesn't have it, so AttributeError is raised."""
def get_linear_forward(x, w, b):
    return x.apply(lambda v: v * w + b)
