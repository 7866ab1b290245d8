"""pl: Etykiety wierszy są nowe. Wybierz wiersze bez reset_index.
en: The labels of the rows are new. Choose the rows without reset_index.
"""

import pandas as pd

table = pd.DataFrame({"produkt": ["chleb", "ser", "mleko"], "cena": [4.5, 10.0, 9.2]})
cheap = table[table["cena"] < 10].reset_index(drop=True)
taxed = table["cena"]
