name = "Ado"
greeting = f"Zażółć gęślą jaźń, {name}!"
is_even = len(name) == 3
nothing = None
large = 3**201
