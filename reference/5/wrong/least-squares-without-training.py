def train(x, y, init_w, init_b, alpha, epochs):
    columns = np.column_stack([x, np.ones(len(x))])
    w, b = np.linalg.lstsq(columns, y, rcond=None)[0]
    return w, b
