"""pl: Podpisana jest oś pionowa, a nie pozioma. Nazwy funkcji mówią, która to oś: xlabel, ylabel.
en: The vertical axis has the label, not the horizontal one. The functions say which: xlabel, ylabel.
"""

import matplotlib.pyplot as plt

squares = [0, 1, 4, 9]
plt.plot(squares)
plt.ylabel("x")
