assert speed > 0
