# Testy do zadania 2 / Tests of exercise 2
INIT_WEIGHT = 0.5
INIT_BIAS = 0

first_step = train(x_train, y_train, init_w=INIT_WEIGHT, init_b=INIT_BIAS)
assert first_step is not None, (
    "train zwraca None: dopisz return z wynikiem / "
    "it returns None: return the result"
)
is_number = not isinstance(first_step, (tuple, dict, str))
assert is_number and np.size(first_step) == 1, (
    "Wynik ma być jedną liczbą / "
    "The result should be one number"
)
assert 14596 <= first_step < 14597, (
    f"Błąd to {first_step}, a ma być 14596 z ułamkiem / "
    "The loss should be 14596 and a fraction"
)

print("Zadanie 2: działa / Exercise 2: it works")
