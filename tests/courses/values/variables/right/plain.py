speed = 12
left = 36
distance = 0
