answer = "C"
