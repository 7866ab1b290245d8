distance = 84
hours = 7
speed = distance / hours
left = distance - 4 * speed
