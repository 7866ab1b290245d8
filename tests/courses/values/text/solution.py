name = "Ado"
greeting = f"Zażółć gęślą jaźń, {name}!"
is_even = 128 % 2 == 0
missing = {"a": 1}.get("b")
large = 3**200
