"""pl: Wygląda na to, że parametry zmieniają się po każdej obserwacji. Jedna epoka to jeden krok, z gradientem średnim ze wszystkich obserwacji.
en: It looks as if the parameters change after each observation. One epoch is one step, along the mean gradient of all observations.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    for epoch in range(epochs):
        for i in range(len(x)):
            error = get_linear_forward(x[i], w, b) - y[i]
            w, b = w - alpha * 2 * error * x[i], b - alpha * 2 * error
    return w, b
