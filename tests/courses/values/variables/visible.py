assert isinstance(total, int)
