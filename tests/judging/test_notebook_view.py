"""What a hidden test sees of a notebook, in a kernel behind its walls: data is data, all else a handle."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
import pytest

from grader.config import Config, Limits
from grader.i18n import render
from grader.judging.handles import Handle, Misuse
from grader.judging.kernel_errors import NotebookError
from grader.judging.notebook_view import NotebookView
from grader.judging.verdicts import Failed
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.session import Session, Unsendable, run
from grader.model import Cell, Notebook

CELLS = [
    "import numpy as np\nimport random\nanswer = 41\nprint('pierwsza')",
    """
class Brak(KeyError):
    def __init__(self, nazwa):
        super().__init__(nazwa)
        self.nazwa = nazwa

class Konto:
    '''Konto bankowe.'''
    rodzaj = 'zwykłe'
    def __init__(self, stan=0):
        self.stan, self.historia = stan, []
    def wpłać(self, kwota):
        self.stan += kwota
        self.historia.append(kwota)
        return self
    def znajdź(self, nazwa):
        raise Brak(nazwa)
    def __len__(self): return len(self.historia)
    def __getitem__(self, at): return self.historia[at]
    def __iter__(self): return iter(self.historia)
    def __str__(self): return f'Konto: {self.stan}'
    def __eq__(self, other): return type(other) is Konto and self.stan == other.stan
    def __add__(self, other): return Konto(self.stan + other.stan)
    __hash__ = None

class Lokata(Konto): pass
konto = Konto(10)
konta = [konto, Konto(5)]
""",
    """
def razem(*liczby, start=0): return sum(liczby, start)
def ta_sama(x): return x
def para(x): return [x, x]
def zmień(lista, słownik=None):
    lista.append(len(lista))
    if słownik is not None: słownik['nowy'] = lista
def zeruj(tablica): tablica[:] = 0
def przytnij(ramka): ramka.drop(columns='b', inplace=True)
def licz(n):
    while True:
        n += 1
        yield n
def wywołaj(f, *args): return f(*args)
def nazwa(f): return f.__name__
def bezpiecznie(f):
    try: return f(0)
    except ZeroDivisionError: return 'zero'
def zapytaj(): return input('imię? ') + '!'
def rzut(): return random.random()
def wisi():
    while True: pass
def pada(): raise ValueError('złe dane')
def kończy(): import os; os._exit(0)
def wypisz(): print('ż' * 3)
""",
    "answer = 42\nprint('druga')\n_ = open('wynik.txt', 'w', encoding='utf-8').write('żółw')",
]


@pytest.fixture(scope="module")
def session(warm: ForkServerClient | None) -> Iterator[Session]:
    cells = tuple(Cell(index, source) for index, source in enumerate(CELLS))
    limits = Limits(cell_timeout_s=10, call_timeout_s=1, total_timeout_s=120)
    with run(Notebook("n.ipynb", "n", "", cells), Config(limits=limits), warm) as opened:
        yield opened


checks = iter(range(1, 10_000))


@pytest.fixture
def notebook(session: Session) -> NotebookView:
    view = NotebookView(session, 7)
    view.begin(next(checks), 0)
    return view


def test_data_is_data_and_an_object_is_a_handle(notebook: NotebookView) -> None:
    assert (notebook.answer, notebook["answer"]) == (42, 42)
    assert type(notebook.konto) is Handle
    assert notebook.konto is notebook["konto"] is notebook.konta[0]
    assert notebook.konto is not notebook.konta[1]
    assert ("answer" in notebook, "nie_ma" in notebook, hasattr(notebook, "nie_ma")) == (True, False, False)
    with pytest.raises(Failed, match=r"There is no .*nie_ma"):
        _ = notebook.nie_ma


def test_an_object_is_asked_in_the_kernel(notebook: NotebookView) -> None:
    konto = notebook.Konto(3)
    assert konto.wpłać(4).wpłać(5) is konto
    assert (konto.stan, len(konto), list(konto), konto[0], str(konto)) == (12, 2, [4, 5], 4, "Konto: 12")
    assert (konto.rodzaj, konto.__doc__, hasattr(konto, "brak")) == ("zwykłe", Handle.__doc__, False)
    assert "wpłać" in dir(konto)
    konto.stan = 1
    assert konto.stan == 1
    del konto.historia
    assert not hasattr(konto, "historia")
    assert f"{konto:>9}" == " Konto: 1"


def test_isinstance_is_what_the_interpreter_says(notebook: NotebookView) -> None:
    lokata, konto = notebook.Lokata(), notebook.konto
    assert isinstance(lokata, notebook.Konto)
    assert isinstance(konto, notebook.Konto)
    assert not isinstance(konto, notebook.Lokata)
    assert not isinstance(42, notebook.Konto)
    assert not isinstance(konto, int)
    assert issubclass(notebook.Lokata, notebook.Konto)
    assert not issubclass(int, notebook.Konto)


def test_two_objects_of_the_notebook_may_meet(notebook: NotebookView) -> None:
    one, other = notebook.Konto(2), notebook.Konto(2)
    assert one == other
    assert not one != other  # noqa: SIM202
    assert one != notebook.Konto(3)
    assert (one + other).stan == 4


@pytest.mark.parametrize(
    "use",
    [
        lambda konto: konto + 1, lambda konto: 1 + konto, lambda konto: np.ones(2) * konto, lambda konto: konto < 3,
        lambda konto: -konto, lambda konto: float(konto), lambda konto: {konto}, lambda konto: bool(konto),
        lambda konto: 4 in konto, lambda konto: konto and 1, lambda konto: round(konto), lambda konto: divmod(konto, 2),
        lambda konto: [1, 2][konto],
    ],
    ids=range(13),
)  # fmt: skip
def test_an_object_never_meets_data(use: Any, notebook: NotebookView) -> None:
    with pytest.raises(Misuse):
        use(notebook.konto)


def test_no_test_takes_a_misuse_or_a_verdict_for_an_exception_of_the_notebook(notebook: NotebookView) -> None:
    for use, raises in (
        (lambda: notebook.konto + 1, Misuse),
        (lambda: notebook.ta_sama(object()), Unsendable),
        (lambda: notebook.wisi(), Failed),
    ):
        with pytest.raises(raises), pytest.raises(Exception):  # noqa: B017, PT011
            use()


def test_an_object_is_equal_to_no_data(notebook: NotebookView) -> None:
    konto = notebook.konto
    assert not any(konto == data for data in (42, "a", None, [konto][0:0], np.float64(1)))
    assert konto != 42
    assert [konto] != [42]


def test_what_a_call_changes_in_its_arguments_is_changed_in_the_tests_own(notebook: NotebookView) -> None:
    numbers, names, array, table = [7], {"a": 1}, np.arange(3.0), pd.DataFrame({"a": [1], "b": [2]})
    inner = numbers
    notebook.zmień(numbers, słownik=names)
    assert inner == [7, 1]
    assert names == {"a": 1, "nowy": [7, 1]}
    notebook.zeruj(array)
    assert array.tolist() == [0, 0, 0]
    notebook.przytnij(table)
    assert list(table.columns) == ["a"]
    frozen = np.arange(2)
    frozen.flags.writeable = False
    notebook.zeruj(frozen)
    assert frozen.tolist() == [0, 1]


def test_an_argument_that_comes_back_is_that_argument(notebook: NotebookView) -> None:
    for own in ([1], {"a": 1}, {1}, np.arange(2), pd.DataFrame({"a": [1]})):
        assert notebook.ta_sama(own) is own
        one, other = notebook.para(own)
        assert one is other is own
    assert notebook.ta_sama(notebook.konto) is notebook.konto


def test_a_function_of_the_test_is_asked(notebook: NotebookView) -> None:
    assert notebook.wywołaj(lambda a, b: a * b, "ab", 2) == "abab"
    assert notebook.wywołaj(np.mean, [1, 2]) == 1.5
    assert [notebook.nazwa(one) for one in (abs, len)] == ["abs", "len"]
    assert notebook.bezpiecznie(lambda x: 1 / x) == "zero"
    with pytest.raises(KeyError, match="ż"):
        notebook.wywołaj({}.__getitem__, "ż")
    with pytest.raises(AssertionError, match="mine"):
        notebook.bezpiecznie(broken)
    with pytest.raises(Unsendable, match="can't ask the notebook"):
        notebook.bezpiecznie(lambda x: notebook.answer)
    with pytest.raises(Failed):
        notebook.bezpiecznie(lambda x: notebook.refuse(pl="Nie.", en="No."))
    assert notebook.answer == 42, "the kernel goes on"
    with pytest.raises(TypeError, match="takes only data"):
        notebook.wywołaj(abs, notebook.konto)


def broken(x: int) -> None:
    raise AssertionError("mine")


def test_an_exception_is_caught_as_what_it_is(notebook: NotebookView) -> None:
    with pytest.raises(ValueError, match="złe dane") as raised:
        notebook.pada()
    assert isinstance(raised.value, NotebookError)
    with pytest.raises(KeyError):
        notebook.konto.znajdź("x")
    with pytest.raises(notebook.Brak) as own:
        notebook.konto.znajdź("żaba")
    assert own.value.nazwa == "żaba"
    assert issubclass(notebook.Brak, KeyError)
    with pytest.raises(TypeError, match="object of type 'method' has no len"):
        len(notebook.konto.wpłać)


def test_a_generator_gives_as_much_as_is_asked_of_it(notebook: NotebookView) -> None:
    assert list(islice(notebook.licz(3), 4)) == [4, 5, 6, 7]
    numbers = notebook.licz(0)
    assert [next(numbers), next(numbers)] == [1, 2]
    with pytest.raises(TypeError):
        next(notebook.konto)


def test_arguments_by_name_and_left_out(notebook: NotebookView) -> None:
    assert (notebook.razem(), notebook.razem(1, 2), notebook.razem(1, start=-1)) == (0, 3, 0)


def test_input_and_printed_output_of_a_call(notebook: NotebookView) -> None:
    notebook.input("Łucja")
    assert notebook.zapytaj() == "Łucja!"
    assert notebook.last_printed == "imię? Łucja\n"
    with pytest.raises(EOFError):
        notebook.zapytaj()
    notebook.wypisz()
    assert notebook.last_printed == "żżż\n"


def test_two_draws_differ_and_a_run_repeats(session: Session) -> None:
    runs = []
    for check in (next(checks), next(checks)):
        view = NotebookView(session, 7)
        view.begin(check, 3)
        runs.append([view.rzut(), view.rzut()])
    assert runs[0] == runs[1]
    assert runs[0][0] != runs[0][1]


def test_each_check_begins_with_what_the_cells_left(session: Session) -> None:
    for check in (next(checks), next(checks)):
        view = NotebookView(session, 0)
        view.begin(check, 0)
        assert view.konto.wpłać(1).stan == 11
        assert view.konta[0].stan == 11, "one object stays one"
        view["answer"] = 1
        assert view.answer == 1
        del view["rzut"]
        with pytest.raises(NameError):
            view["rzut"]()


def test_the_notebook_is_seen_after_any_of_its_cells(session: Session) -> None:
    for cell, answer in ((0, 41), (2, 41), (3, 42), (1, 41), (None, 42)):
        view = NotebookView(session, 0, cell)
        view.begin(next(checks), 0)
        assert view.answer == answer
    assert session.names["answer"] == (0, 3)


def test_cells_files_and_sources(notebook: NotebookView) -> None:
    assert (notebook.printed, notebook.printed_by("answer")) == ("pierwsza\ndruga\n", "druga\n")
    assert (notebook.files, notebook.read("wynik.txt")) == (["wynik.txt"], "żółw")
    with pytest.raises(Failed, match="no file"):
        notebook.read("../wynik.txt")
    source = notebook.source("licz")
    assert (source.uses_loop, source.is_recursive, source.calls("sum")) == (True, False, False)
    assert notebook.source("answer").calls("open")
    assert notebook.source("answer").calls(".write")


@pytest.mark.parametrize(
    "value",
    [object(), {object()}, np.array([object()]), np.array([1], object), [[object()]], type("K", (), {})(), np.ma.masked_all(2)],
    ids=range(7),
)  # fmt: skip
def test_what_can_not_cross_is_refused_when_it_is_sent(value: object, notebook: NotebookView) -> None:
    with pytest.raises(Unsendable, match="can't be sent"):
        notebook.ta_sama(value)


def test_a_call_that_never_ends_or_ends_the_kernel_is_a_verdict_and_the_notebook_goes_on(session: Session) -> None:
    for name, says in (("wisi", "did not end in time"), ("kończy", "ended the whole Python process")):
        view = NotebookView(session, 0)
        view.begin(next(checks), 0)
        konto = view.konto
        with pytest.raises(Failed) as failed:
            view[name]()
        assert says in render(failed.value.message, "en")
        assert failed.value.input == f"{name}()"
        assert view.answer == 42
        if name == "kończy":
            with pytest.raises((Failed, NotebookError)):
                konto.wpłać(1)


def test_the_report_shows_how_a_test_came_by_a_value(notebook: NotebookView) -> None:
    with pytest.raises(Failed) as failed:
        notebook.equal(notebook.Konto(3).wpłać(np.int64(4)).stan, 8)
    assert (failed.value.input, failed.value.expected, failed.value.actual) == ("Konto(3).wpłać(4).stan", "8", "7")
