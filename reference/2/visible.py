# Testy do zadania 2 / Tests of exercise 2
INIT_WEIGHT = 0.5
INIT_BIAS = 0

first_step = train(x_train, y_train, init_w=INIT_WEIGHT, init_b=INIT_BIAS)
assert np.ndim(first_step) == 0
assert int(first_step) == 14596
