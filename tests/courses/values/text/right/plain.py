greeting = "Zażółć gęślą jaźń, Ado!"
is_even = True
missing = None
large = pow(3, 200)
