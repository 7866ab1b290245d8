class NoMoney(ValueError):
    pass


class Account:
    pass
