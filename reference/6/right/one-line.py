normalize = lambda x: (x - np.average(x)) / np.sqrt(np.var(x))
