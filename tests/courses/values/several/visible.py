assert area(1) == 1
