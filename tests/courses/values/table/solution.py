import pandas as pd

table = pd.DataFrame({"produkt": ["chleb", "ser", "mleko"], "cena": [4.5, 10.0, 9.2]})
cheap = table[table["cena"] < 10]
taxed = table["cena"] * 1.05
