def times_table(n):
    print("\n".join(f"{n} x {m} = {n * m}" for m in (1, 2, 3)))
