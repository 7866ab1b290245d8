assert warmest > 20
