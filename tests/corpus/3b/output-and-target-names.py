"""truth: The two means are returned in the wrong order: the one by b comes first."""
def get_backprop(output, target, x):
    d = 2 * (output - target)
    srednia_w = (d * x).mean()
    srednia_b = d.mean()
    return srednia_b, srednia_w
