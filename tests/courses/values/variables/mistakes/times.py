"""pl: Prędkość to droga podzielona przez czas, a tu jest iloczyn.
en: Speed is distance divided by time, and here they are multiplied.
"""

distance = 84
hours = 7
speed = distance * hours
left = distance - 4 * speed
