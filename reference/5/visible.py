# Testy do zadania 5 / Tests of exercise 5
x = np.array([1, 2, 3])
y = np.array([3.9, 1.6, 7.2])
init_weight = 0.1
init_bias = 0
alpha = 0.1
epochs = 10

final_params = train(x, y, init_weight, init_bias, alpha, epochs)
rounded_final_params = np.round(final_params, 3)
assert len(final_params) == 2
assert np.isclose(rounded_final_params[0], 1.723)
assert np.isclose(rounded_final_params[1], 0.768)
