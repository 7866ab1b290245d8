# Zbiór danych do zadań 2, 5 i 6: 200 punktów rozrzuconych wokół prostej.
# The data set of exercises 2, 5 and 6: 200 points about a straight line.
rng = np.random.default_rng(3706)
x_train = rng.uniform(0, 100, size=200)
y_train = 2.25 * x_train + 20 + rng.normal(0, 10, size=200)
generated_data = (x_train, y_train)
