speed = 10.5
left = 42
distance = 0
