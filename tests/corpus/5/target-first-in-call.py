"""truth: get_backprop is called with y and y_hat the wrong way round, so the gradient has the wrong sign and the loss grows."""
def jeden_krok(x, y, waga, wyraz_wolny, alpha):
    predykcja = get_linear_forward(x, waga, wyraz_wolny)
    pochodne = get_backprop(y, predykcja, x)
    return update_params(waga, wyraz_wolny, alpha, pochodne[0], pochodne[1])

# %%
def train(x, y, init_w, init_b, alpha, epochs):
    stan = (init_w, init_b)
    for nr in range(epochs):
        stan = jeden_krok(x, y, stan[0], stan[1], alpha)
        print(nr, compute_mse_loss(get_linear_forward(x, *stan), y))
    return stan
