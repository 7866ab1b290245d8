assert next(powers(2)) == 1
