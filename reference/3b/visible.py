# Testy do zadania 3b / Tests of exercise 3b
x = np.array([1, 2, 3])
y = np.array([3.9, 1.6, 7.2])
output = get_linear_forward(x, 3, 2)

back_step = get_backprop(output, y, x)
assert back_step is not None, (
    "get_backprop zwraca None: dopisz return z wynikiem / "
    "it returns None: return the result"
)
is_pair = isinstance(back_step, (tuple, list, np.ndarray))
assert is_pair and len(back_step) == 2, (
    "Potrzebne są dwie części: po w i po b / "
    "Two parts are needed: dL/dw and dL/db"
)
assert np.size(back_step[0]) == 1, (
    "Pochodna po w ma być jedną liczbą / "
    "The derivative dL/dw should be one number"
)
assert np.size(back_step[1]) == 1, (
    "Pochodna po b ma być jedną liczbą / "
    "The derivative dL/db should be one number"
)
assert np.isclose(np.sum(back_step[0]), 16.867, atol=0.001), (
    f"Pochodna po w to {back_step[0]}, a ma być 16.867 / "
    "The derivative dL/dw should be 16.867"
)
assert np.isclose(np.sum(back_step[1]), 7.533, atol=0.001), (
    f"Pochodna po b to {back_step[1]}, a ma być 7.533 / "
    "The derivative dL/db should be 7.533"
)

print("Zadanie 3b: działa / Exercise 3b: it works")
