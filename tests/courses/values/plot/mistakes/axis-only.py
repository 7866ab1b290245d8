"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""

import matplotlib.pyplot as plt

squares = [0, 1, 4, 9]
plt.plot(squares)
plt.xlabel("x")
