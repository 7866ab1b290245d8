# Testy do zadania 3b / Tests of exercise 3b
x = np.array([1, 2, 3])
y = np.array([3.9, 1.6, 7.2])
output = get_linear_forward(x, 3, 2)

back_step = get_backprop(output, y, x)
assert len(back_step) == 2
assert np.size(back_step[0]) == 1
assert np.size(back_step[1]) == 1
assert np.isclose(np.sum(back_step[0]), 16.867, atol=0.001)
assert np.isclose(np.sum(back_step), 24.4)
