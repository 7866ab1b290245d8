def update_params(w, b, alpha, w_gradient, b_gradient):
    """Robi jeden krok w dół gradientu.

    Wszystkie argumenty to liczby. Zwraca dwie liczby: nowe w i nowe b.

    Takes one step down the gradient.
    All arguments are numbers. Returns two numbers: the new w and b.
    """
    return None  # <- tutaj wpisz swoje rozwiązanie / your solution here
