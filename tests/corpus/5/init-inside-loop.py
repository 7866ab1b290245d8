"""truth: w and b are set to their starting values inside the loop, so each epoch forgets what the one before it has learnt."""
def train(x, y, init_w, init_b, alpha, epochs):
    epoka = 1
    while True:
        parametry = {'w': init_w, 'b': init_b}
        y_hat = get_linear_forward(x, parametry['w'], parametry['b'])
        grad = dict(zip(['w', 'b'], get_backprop(y_hat, y, x)))
        for nazwa in parametry:
            parametry[nazwa] -= alpha * grad[nazwa]
        if epoka == epochs:
            break
        epoka += 1
    return parametry['w'], parametry['b']
