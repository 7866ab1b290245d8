def read_points(path):
    return None
