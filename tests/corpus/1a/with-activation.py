"""truth: A sigmoid is applied to w*x + b, but the exercise asks for a linear neuron, without an activation."""
def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def get_linear_forward(x, w, b):
    z = x * w + b
    a = sigmoid(z)
    return a
