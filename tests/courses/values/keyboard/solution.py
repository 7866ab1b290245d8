total = int(input("a: ")) + int(input("b: "))
