# Testy do zadania 5 / Tests of exercise 5
x = np.array([1, 2, 3])
y = np.array([3.9, 1.6, 7.2])
init_weight = 0.1
init_bias = 0
alpha = 0.1
epochs = 10

final_params = train(x, y, init_weight, init_bias, alpha, epochs)
assert final_params is not None, (
    "train zwraca None: dopisz return z wynikiem / "
    "it returns None: return the result"
)
is_pair = isinstance(final_params, (tuple, list, np.ndarray))
assert is_pair and len(final_params) == 2, (
    "Potrzebne są dwie liczby: w i b / "
    "Two numbers are needed: w and b"
)
assert np.size(final_params[0]) == np.size(final_params[1]) == 1, (
    "w i b mają być liczbami / "
    "w and b should be numbers"
)
rounded_final_params = np.round(final_params, 3)
assert np.isclose(rounded_final_params[0], 1.723), (
    f"Po 10 epokach w to {rounded_final_params[0]}, a ma być 1.723 / "
    "After 10 epochs w should be 1.723"
)
assert np.isclose(rounded_final_params[1], 0.768), (
    f"Po 10 epokach b to {rounded_final_params[1]}, a ma być 0.768 / "
    "After 10 epochs b should be 0.768"
)

print("Zadanie 5: działa / Exercise 5: it works")
