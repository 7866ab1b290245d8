"""truth: The bias is misspelt as bais, a name that doesn't exist, so NameError is raised."""
def get_linear_forward(x, weight, bias):
    y_hat = weight * x + bais
    return y_hat
