"""pl: Sprawdź jeszcze raz.
en: Check once more.
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
