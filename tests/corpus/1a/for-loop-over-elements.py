"""truth: The return stands inside the loop, so only the first observation is predicted."""
def get_linear_forward(x, w, b):
    predykcje = []
    for element in x:
        predykcje.append(w * element + b)
        return np.array(predykcje)
