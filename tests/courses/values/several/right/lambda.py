area = lambda side: side**2
volume = lambda side, height: side**2 * height
