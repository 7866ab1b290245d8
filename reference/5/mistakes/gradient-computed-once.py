"""pl: Wygląda na to, że każda epoka robi krok z tym samym gradientem. Gdy w i b się zmienią, zmienia się też gradient: licz go w każdej epoce od nowa.
en: It looks as if each epoch takes its step with the same gradient. It changes with w and b, so compute it in each epoch.
"""


def train(x, y, init_w, init_b, alpha, epochs):
    w, b = init_w, init_b
    dw, db = get_backprop(get_linear_forward(x, w, b), y, x)
    for epoch in range(epochs):
        w, b = update_params(w, b, alpha, dw, db)
    return w, b
