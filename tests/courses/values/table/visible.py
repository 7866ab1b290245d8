assert len(cheap) == 2
