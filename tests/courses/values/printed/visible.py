table(2)
