def get_linear_forward(x, w, b):
    return np.float32(w) * x.astype(np.float32) + np.float32(b)
