"""truth: The bias is never added: the function returns w*x only."""
def pomnoz(a, c):
    return a * c

def get_linear_forward(x, w, b):
    iloczyn = pomnoz(w, x)
    y_hat = iloczyn
    return y_hat
