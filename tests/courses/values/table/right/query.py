import pandas as pd

table = pd.DataFrame({"produkt": ["chleb", "ser", "mleko"], "cena": [4.5, 10.0, 9.2]})
cheap = table.query("cena < 10")
taxed = table["cena"].mul(1.05)
table.drop(columns="cena", inplace=True)
