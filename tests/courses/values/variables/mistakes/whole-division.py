"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""

distance = 84
hours = 8
speed = distance // hours
left = distance - 4 * speed
