assert isinstance(greeting, str)
