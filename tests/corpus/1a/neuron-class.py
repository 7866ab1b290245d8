"""truth: The Neuron is made with its default weight 1 and bias 0, so the given w and b are never used and x itself comes back."""
class Neuron:
    def __init__(self, w=1.0, b=0.0):
        self.w = w
        self.b = b

    def forward(self, x):
        return self.w * x + self.b


def get_linear_forward(x, w, b):
    neuron = Neuron()
    return neuron.forward(x)
