"""truth: Nothing is returned: assigning to the parameters w and b does not change the caller's variables."""
def update_params(w, b, alpha, w_gradient, b_gradient):
    # aktualizacja wag
    w -= alpha * w_gradient
    b -= alpha * b_gradient
