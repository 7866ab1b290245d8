class NoMoney(ValueError):
    pass


class Account:
    def __init__(self, balance):
        self._balance = balance

    @property
    def balance(self):
        return self._balance

    def deposit(self, amount):
        self._balance = self._balance + amount
        return self

    def withdraw(self, amount):
        if self._balance < amount:
            error = NoMoney(f"{amount}!")
            error.lacking = amount - self._balance
            raise error
        return self.deposit(-amount)
