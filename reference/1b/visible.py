# Testy do zadania 1b / Tests of exercise 1b
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

loss = compute_mse_loss(y_hat, y)
assert loss is not None, (
    "compute_mse_loss zwraca None: dopisz return z wynikiem / "
    "it returns None: return the result"
)
assert not isinstance(loss, (tuple, dict, str)) and np.size(loss) == 1, (
    "Błąd ma być jedną liczbą / "
    "The loss should be one number"
)
assert np.isclose(loss, 18.87), (
    f"Błąd to {loss}, a ma być 18.87 / "
    "The loss should be 18.87"
)

print("Zadanie 1b: działa / Exercise 1b: it works")
