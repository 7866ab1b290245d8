def get_linear_forward(x, w, b):
    design = np.column_stack([x, np.ones(len(x))])
    return design @ np.array([w, b])
