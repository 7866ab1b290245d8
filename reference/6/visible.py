# Testy do zadania 6 / Tests of exercise 6
x_normalized = normalize(x_train)

assert np.shape(x_normalized) == np.shape(x_train)
is_standardized = np.isclose(np.mean(x_normalized), 0) and np.isclose(np.std(x_normalized), 1, atol=0.01)
is_min_max = np.isclose(np.min(x_normalized), 0) and np.isclose(np.max(x_normalized), 1)
assert is_standardized or is_min_max
assert np.argmax(x_normalized) == np.argmax(x_train)
