assert best([1]) == [1]
