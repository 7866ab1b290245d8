name = "Ado"
greeting = f"Zażółć gęślą jaźń, {name}!"
is_even = len(name) == 3
answer = None
large = 3**201
