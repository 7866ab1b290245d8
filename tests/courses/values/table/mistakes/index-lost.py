"""pl: Sprawdź jeszcze raz.
en: Check once more.
"""

import pandas as pd

table = pd.DataFrame({"produkt": ["chleb", "ser", "mleko"], "cena": [4.5, 10.0, 9.2]})
cheap = table[table["cena"] < 10].reset_index(drop=True)
taxed = table["cena"]
