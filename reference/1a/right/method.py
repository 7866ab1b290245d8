class Neuron:
    def get_linear_forward(self, x, w, b):
        return w * x + b
