def degrees(name):
    return None


warmest = None
day = None
