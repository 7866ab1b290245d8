"""pl: Wygląda na to, że parametry zmieniają się kilka razy w jednej epoce, po każdej paczce obserwacji (mini-batch). Jedna epoka to tutaj jeden krok, z gradientem średnim ze wszystkich obserwacji.
en: It looks as if the parameters change several times in one epoch, after each batch of observations. Here one epoch is one step, along the mean gradient of all observations.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        for start in range(0, len(x), 32):
            part_x, part_y = x[start : start + 32], y[start : start + 32]
            w_gradient, b_gradient = get_backprop(get_linear_forward(part_x, w, b), part_y, part_x)
            w, b = update_params(w, b, alpha, w_gradient, b_gradient)
    return w, b
