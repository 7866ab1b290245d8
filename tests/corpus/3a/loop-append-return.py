"""truth: The return is indented into the loop, so only the first observation's derivatives come back."""
def get_backprop(y_hat, y, x):
    lista_w = []
    lista_b = []
    for i in range(len(x)):
        lista_w.append(2 * (y_hat[i] - y[i]) * x[i])
        lista_b.append(2 * (y_hat[i] - y[i]))
        return lista_w, lista_b
