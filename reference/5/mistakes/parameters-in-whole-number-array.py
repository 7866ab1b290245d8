"""pl: Wygląda na to, że parametry stoją w tablicy liczb całkowitych, która obcina każdą nową wartość. Utwórz ją z dtype=float.
en: It looks as if the parameters stand in an array of whole numbers, which cuts each new value. Make it with dtype=float.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    parameters = np.array([init_w, init_b])
    for epoch in range(epochs):
        y_hat = get_linear_forward(x, parameters[0], parameters[1])
        dw, db = get_backprop(y_hat, y, x)
        parameters[0], parameters[1] = update_params(parameters[0], parameters[1], alpha, dw, db)
    return parameters[0], parameters[1]
