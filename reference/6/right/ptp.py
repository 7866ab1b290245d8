def normalize(dane):
    return (dane - dane.min()) / np.ptp(dane)
