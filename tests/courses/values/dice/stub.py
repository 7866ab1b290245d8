def roll():
    return None
