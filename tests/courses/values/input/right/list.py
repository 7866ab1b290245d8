def ask():
    return sum(int(input()) for _ in range(2))
