"""pl: Liczniki to lista par. Słownik ma nawiasy klamrowe i dwukropki.
en: The counts are a list of pairs. A dict has braces and colons.
"""

counts = [("b", 1), ("a", 2), ("n", 2)]
letters = set("kotok")
