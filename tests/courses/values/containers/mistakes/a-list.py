"""pl: Litery są na liście. Zbiór ma nawiasy klamrowe albo powstaje przez set(...).
en: The letters are in a list. A set has braces, or is made by set(...).
"""

counts = {"b": 1, "a": 2, "n": 2}
letters = ["k", "o", "t"]
