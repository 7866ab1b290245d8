"""truth: The vectorized function is called with w and b the wrong way round, so b*x + w is computed."""
neuron = np.vectorize(lambda v, waga, bias: waga * v + bias)

def get_linear_forward(x, w, b):
    return neuron(x, b, w)
