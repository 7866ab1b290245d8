assert answer in ("A", "B", "C")
