import statistics


def normalize(x):
    values = x.tolist()
    mean, deviation = statistics.fmean(values), statistics.stdev(values)
    return tuple((value - mean) / deviation for value in values)
