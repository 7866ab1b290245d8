import pandas as pd
import pytest


@pytest.mark.check(points=1, pl="Tanie produkty", en="Cheap products")
def test_cheap(notebook):
    wanted = pd.DataFrame({"produkt": ["chleb", "mleko"], "cena": [4.5, 9.2]}, index=[0, 2])
    notebook.equal(notebook.cheap, wanted)


@pytest.mark.check(points=1, pl="Ceny z podatkiem", en="Prices with tax")
def test_taxed(notebook):
    notebook.equal(notebook.taxed, pd.Series([4.725, 10.5, 9.66]))
