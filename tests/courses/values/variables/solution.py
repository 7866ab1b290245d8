distance = 84
hours = 8
speed = distance / hours
left = distance - 4 * speed
