# Testy do zadania 1a / Tests of exercise 1a
x = np.array([1, 2, 3])
y = np.array([3.9, 1.6, 7.2])

y_hat = get_linear_forward(x, 3, 2)
assert np.isclose(np.mean(y_hat), 8)
assert np.shape(y_hat) == (3,)
