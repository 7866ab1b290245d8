def ask():
    return None
