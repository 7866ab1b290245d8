assert root(1) == 1
