"""pl: deposit nic nie zwraca (brakuje return self), a withdraw nie sprawdza, czy starczy pieniędzy.
en: deposit returns nothing (return self is missing), and withdraw does not check that there is enough money.
"""


class NoMoney(Exception):
    lacking = 1


class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount):
        self.balance += amount

    def withdraw(self, amount):
        self.balance -= amount
        return self
