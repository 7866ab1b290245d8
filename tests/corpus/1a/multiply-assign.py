"""truth: *= and += change the caller's array x in place: the caller's data is spoiled, and on an array of whole numbers a fractional w raises a casting error."""
def get_linear_forward(x, w, b):
    x *= w
    x += b
    return x
