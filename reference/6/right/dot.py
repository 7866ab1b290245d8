def normalize(data):
    centred = data - np.dot(data, np.ones(len(data))) / len(data)
    return centred / np.sqrt(np.dot(centred, centred) / len(centred))
