"""truth: The brackets make the weight multiply the bias as well: w*(x + b) is not w*x + b."""
def get_linear_forward(x, w, b):
    """neuron liniowy"""
    suma = x + b
    return w * suma
