answer = "..."  # A, B, C
