def normalize(data):
    low, high = min(data), max(data)
    result = np.zeros(len(data))
    for i, value in enumerate(data):
        result[i] = (value - low) / (high - low)
    return result
