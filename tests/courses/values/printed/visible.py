times_table(2)
