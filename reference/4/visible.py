# Testy do zadania 4 / Tests of exercise 4
w_current = 1
b_current = 0
alpha = 0.1
w_gradient = 0.7
b_gradient = -0.01

new_params = update_params(w_current, b_current, alpha, w_gradient, b_gradient)

assert len(new_params) == 2
assert np.isclose(new_params[0], 0.93)
assert np.isclose(new_params[1], 0.001)
