# Testy do zadania 4 / Tests of exercise 4
w_current = 1
b_current = 0
alpha = 0.1
w_gradient = 0.7
b_gradient = -0.01

new_params = update_params(
    w_current, b_current, alpha, w_gradient, b_gradient
)
assert new_params is not None, (
    "update_params zwraca None: dopisz return z wynikiem / "
    "it returns None: return the result"
)
is_pair = isinstance(new_params, (tuple, list, np.ndarray))
assert is_pair and len(new_params) == 2, (
    "Potrzebne są dwie liczby: nowe w i nowe b / "
    "Two numbers are needed: the new w and the new b"
)
assert np.size(new_params[0]) == np.size(new_params[1]) == 1, (
    "Nowe w i nowe b mają być liczbami / "
    "The new w and the new b should be numbers"
)
assert np.isclose(new_params[0], 0.93), (
    f"Nowe w to {new_params[0]}, a ma być 0.93 / "
    "The new w should be 0.93"
)
assert np.isclose(new_params[1], 0.001), (
    f"Nowe b to {new_params[1]}, a ma być 0.001 / "
    "The new b should be 0.001"
)

print("Zadanie 4: działa / Exercise 4: it works")
