assert isinstance(counts, dict)
