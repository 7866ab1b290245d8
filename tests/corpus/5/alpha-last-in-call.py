"""truth: update_params is called with alpha last, but it is the third parameter, before the gradients."""
def train(x, y, waga, bias, learning_rate, liczba_epok):
    for epoka in range(liczba_epok):
        wyjscie = get_linear_forward(x, waga, bias)
        blad = compute_mse_loss(wyjscie, y)
        grad = get_backprop(wyjscie, y, x)
        waga, bias = update_params(waga, bias, *grad, learning_rate)
        print('epoka', epoka, 'blad', blad)
    return waga, bias
