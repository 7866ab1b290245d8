# Testy do zadania 3a / Tests of exercise 3a
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
assert np.size(back_step[0]) == 3, (
    "Pochodne po w: ma być 3, po jednej dla obserwacji / "
    "dL/dw: 3 derivatives, one for each observation"
)
assert np.size(back_step[1]) == 3, (
    "Pochodne po b: ma być 3, po jednej dla obserwacji / "
    "dL/db: 3 derivatives, one for each observation"
)
assert np.isclose(np.sum(back_step[0]), 50.6), (
    "Suma pochodnych po w ma być 50.6 / "
    "The derivatives dL/dw should add up to 50.6"
)
assert np.isclose(np.sum(back_step[1]), 22.6), (
    "Suma pochodnych po b ma być 22.6 / "
    "The derivatives dL/db should add up to 22.6"
)

print("Zadanie 3a: działa / Exercise 3a: it works")
