"""pl: W powitaniu brakuje przecinka przed imieniem.
en: The greeting lacks the comma before the name.
"""

greeting = "Zażółć gęślą jaźń Ado!"
is_even = True
nothing = None
large = 3**201
