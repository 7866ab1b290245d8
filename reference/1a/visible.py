# Testy do zadania 1a / Tests of exercise 1a
x = np.array([1, 2, 3])
y = np.array([3.9, 1.6, 7.2])

y_hat = get_linear_forward(x, 3, 2)
assert y_hat is not None, (
    "get_linear_forward zwraca None: dopisz return z wynikiem / "
    "it returns None: return the result"
)
assert not isinstance(y_hat, tuple) or len(y_hat) == 3, (
    "Potrzebny jest jeden wektor, a nie kilka wartości / "
    "One vector is needed, not several values"
)
assert np.shape(y_hat) == (3,), (
    f"Potrzebne są 3 predykcje, a kształt to {np.shape(y_hat)} / "
    f"3 predictions are needed, not shape {np.shape(y_hat)}"
)
assert np.isclose(np.mean(y_hat), 8), (
    f"Średnia predykcji to {np.mean(y_hat)}, a ma być 8 / "
    "The mean of the predictions should be 8"
)

print("Zadanie 1a: działa / Exercise 1a: it works")
