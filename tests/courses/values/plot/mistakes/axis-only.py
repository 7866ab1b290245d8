"""pl: Wykres nie ma tytułu: dodaje go plt.title(...).
en: The plot has no title: plt.title(...) adds one.
"""

import matplotlib.pyplot as plt

squares = [0, 1, 4, 9]
plt.plot(squares)
plt.xlabel("x")
