greeting = "Zażółć gęślą jaźń, Ado!"
is_even = True
nothing = None
large = pow(3, 201)
