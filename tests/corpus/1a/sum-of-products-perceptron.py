"""truth: The products are summed over the observations (the formula of a neuron with many inputs), so one number comes out instead of one prediction for each observation."""
# wzór z internetu: z = sum(w_i * x_i) + b
def get_linear_forward(x, w, b):
    z = np.sum(w * x) + b
    return z
