assert Account(1).balance == 1
