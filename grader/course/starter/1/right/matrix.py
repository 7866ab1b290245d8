def to_fahrenheit(temperature):
    return np.column_stack([temperature, np.ones(len(temperature))]) @ np.array([1.8, 32])
