def times_table(n):
    pass
