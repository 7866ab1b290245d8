# Testy do zadania 6 / Tests of exercise 6
x_normalized = normalize(x_train)

assert x_normalized is not None, (
    "normalize zwraca None: dopisz return z wynikiem / "
    "it returns None: return the result"
)
is_several = isinstance(x_normalized, tuple) and len(x_normalized) < 200
assert not is_several, (
    "Potrzebny jest jeden wektor, a nie kilka wartości / "
    "One vector is needed, not several values"
)
assert np.shape(x_normalized) == np.shape(x_train), (
    "Wynik ma mieć tyle liczb, ile x / "
    "The result should have as many numbers as x"
)
standardized = np.isclose(np.mean(x_normalized), 0) and np.isclose(
    np.std(x_normalized), 1, atol=0.01
)
min_max = np.isclose(np.min(x_normalized), 0) and np.isclose(
    np.max(x_normalized), 1
)
assert standardized or min_max, (
    "Ani średnia 0 i odchylenie 1, ani najmniejsza 0 i największa 1 / "
    "Neither mean 0 and deviation 1, nor smallest 0 and largest 1"
)
assert np.argmax(x_normalized) == np.argmax(x_train), (
    "Największa obserwacja ma pozostać największa / "
    "The largest observation should stay the largest"
)

print("Zadanie 6: działa / Exercise 6: it works")
