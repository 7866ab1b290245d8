import pytest


@pytest.mark.check(points=1, pl="Wpłaca", en="Deposits")
def test_deposits(notebook):
    account = notebook.Account(10)
    account.deposit(5)
    notebook.equal(account.balance, 15)


@pytest.mark.check(points=1, pl="Zwraca siebie", en="Returns itself")
def test_chains(notebook):
    account = notebook.Account(0)
    if account.deposit(1) is not account:
        notebook.refuse(pl="deposit powinno zwracać samo konto.", en="deposit should return the account itself.")
    notebook.equal(account.deposit(1).deposit(2).balance, 4)
    assert isinstance(account, notebook.Account)


@pytest.mark.check(points=1, pl="Nie wypłaca za dużo", en="Does not pay too much")
def test_refuses(notebook):
    account = notebook.Account(10)
    notebook.equal(account.withdraw(4).balance, 6)
    with pytest.raises(notebook.NoMoney, match="^7") as raised:
        account.withdraw(7)
    assert isinstance(raised.value, ValueError)
    notebook.equal(raised.value.lacking, 1)
    notebook.equal(account.balance, 6)
    notebook.equal(account.withdraw(6).balance, 0)
