# Testy do zadania 3a / Tests of exercise 3a
x = np.array([1, 2, 3])
y = np.array([3.9, 1.6, 7.2])
output = get_linear_forward(x, 3, 2)

back_step = get_backprop(output, y, x)
assert len(back_step) == 2
assert len(back_step[0]) == 3
assert len(back_step[1]) == 3
assert np.isclose(np.sum(back_step[0]), 50.6)
assert np.isclose(np.sum(back_step), 73.2)
