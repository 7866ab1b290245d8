# Testy do zadania 1b / Tests of exercise 1b
x = np.array([1, 2, 3])
y = np.array([3.9, 1.6, 7.2])

y_hat = get_linear_forward(x, 3, 2)
assert np.isclose(np.mean(y_hat), 8)
assert np.shape(y_hat) == (3,)
assert np.isclose(compute_mse_loss(y_hat, y), 18.87)
