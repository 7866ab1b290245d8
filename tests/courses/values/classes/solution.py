class NoMoney(ValueError):
    def __init__(self, amount, lacking):
        super().__init__(f"{amount} to za dużo")
        self.lacking = lacking


class Account:
    def __init__(self, balance):
        self.balance = balance

    def deposit(self, amount):
        self.balance += amount
        return self

    def withdraw(self, amount):
        if amount > self.balance:
            raise NoMoney(amount, amount - self.balance)
        self.balance -= amount
        return self
