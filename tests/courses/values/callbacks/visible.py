assert twice(abs, -1) == 1
