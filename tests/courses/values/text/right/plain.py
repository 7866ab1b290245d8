greeting = "Zażółć gęślą jaźń, Ado!"
is_even = True
answer = None
large = pow(3, 201)
