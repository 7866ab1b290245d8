# Testy do zadania 1 / Tests of exercise 1
assert np.allclose(to_fahrenheit(np.array([0, 100])), [32, 212])
