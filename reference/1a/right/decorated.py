from functools import wraps


def as_array(function):
    @wraps(function)
    def wrapper(*args, **kwargs):
        return np.array(function(*args, **kwargs))

    return wrapper


@as_array
def get_linear_forward(x, w=1, b=0):
    return [w * value + b for value in x]
