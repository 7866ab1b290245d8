assert total == 10
