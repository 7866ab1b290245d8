"""Where answers look like no known mistake, the source may show what is probably wrong; right code gives no hint."""

from __future__ import annotations

import pytest

from grader.i18n import Lang, render
from grader.model import Diagnosis, Grade
from tests.conftest import GradeCells, result

# Exercise, the rule's name, what the hint must show, the code. Several exercises go into one notebook.
HINTS = [
    (
        "1a",
        "return-in-loop",
        "`return wynik`",
        "def get_linear_forward(x, w, b):\n    wynik = []\n    for value in x:\n        wynik.append(w * value + b)\n"
        "        return wynik",
    ),
    (
        "1a",
        "last-pass-only",
        "`y_hat = w * x[i] + b`",
        "def get_linear_forward(x, w, b):\n    for i in range(len(x)):\n        y_hat = w * x[i] + b\n    return y_hat",
    ),
    (
        "1a",
        "argument-overwritten",
        "`w = 3`",
        "def get_linear_forward(x, w, b):\n    w = 3\n    b = 2\n    return w * x + b",
    ),
    (
        "1a",
        "written-into-whole-numbers",
        "y_hat takes its type",
        "def get_linear_forward(x, w, b):\n    y_hat = np.zeros_like(x)\n    for i in range(len(x)):\n"
        "        y_hat[i] = w * x[i] + b\n    return y_hat",
    ),
    (
        "1a",
        "whole-numbers",
        "`np.floor(w * x + b)`",
        "def get_linear_forward(x, w, b):\n    return np.floor(w * x + b)",
    ),
    (
        "1a",
        "short-range",
        "`range(1, len(x))`",
        "def get_linear_forward(x, w, b):\n    y_hat = []\n    for i in range(1, len(x)):\n"
        "        y_hat.append(w * x[i] + b)\n    return np.array(y_hat)",
    ),
    (
        "1b",
        "starts-anew-in-loop",
        "`total = 0`",
        "def compute_mse_loss(y_hat, y):\n    for i in range(len(y)):\n        total = 0\n"
        "        total += (y_hat[i] - y[i]) ** 2\n    return total / len(y)",
    ),
    ("1b", "unused-argument", "its argument y_hat", "def compute_mse_loss(y_hat, y):\n    return np.mean(y ** 2)"),
    (
        "1b",
        "unused-argument",
        "y_train, from outside",
        "y_train = np.arange(3)\ndef compute_mse_loss(y_hat, y):\n    return np.mean(y_hat ** 2 - y_train.mean())",
    ),
    (
        "1b",
        "never-squared",
        "nothing is squared",
        "def compute_mse_loss(y_hat, y):\n    return np.mean(y_hat + y)",
    ),
    (
        "1b",
        "sum-without-division",
        "nothing divides it",
        "def compute_mse_loss(y_hat, y):\n    return sum((y_hat - y) ** 4)",
    ),
    (
        "1b",
        "result-lost",
        "`np.power(error, 2)`",
        "def compute_mse_loss(y_hat, y):\n    error = y_hat - y\n    np.power(error, 2)\n    return np.mean(error + 1)",
    ),
    (
        "2",
        "unused-argument",
        "x_train, from outside",
        "x_train = np.arange(5)\ndef train(x, y, init_w, init_b):\n"
        "    return np.mean(init_w * x_train + init_b) - np.mean(y)",
    ),
    (
        "3a",
        "written-into-whole-numbers",
        "dw, db take their type",
        "def get_backprop(y_hat, y, x):\n    dw, db = 0, 0\n    dw = np.zeros_like(x)\n    db = np.zeros_like(y_hat)\n"
        "    for i in range(len(x)):\n        dw[i], db[i] = 2 * (y_hat[i] - y[i]) * x[i], 2 * (y_hat[i] - y[i])\n"
        "    return dw, db",
    ),
    (
        "3b",
        "difference-quotient",
        "`(loss(w + h) - loss(w)) / h`",
        "def get_backprop(y_hat, y, x):\n    h = 0.1\n    w = 0\n    def loss(w):\n"
        "        return np.mean((y_hat + w * x - y) ** 2)\n"
        "    return (loss(w + h) - loss(w)) / h, np.mean(2 * (y_hat - y))",
    ),
    (
        "3b",
        "still-squared",
        "still a square",
        "def get_backprop(y_hat, y, x):\n    d = 3 * (y_hat - y) ** 2\n    return np.mean(d * x), np.mean(d)",
    ),
    (
        "3b",
        "never-averaged",
        "no mean is taken",
        "def get_backprop(y_hat, y, x):\n    d = 3 * (y_hat - y)\n    return d * x, d",
    ),
    (
        "4",
        "compared-not-stored",
        "`w == w - alpha * dw`",
        "def update_params(w, b, alpha, dw, db):\n    w == w - alpha * dw\n    b == b - alpha * db\n    return w, b",
    ),
    (
        "4",
        "name-from-outside",
        "ALPHA, from outside",
        "ALPHA = 0.3\ndef update_params(w, b, alpha, dw, db):\n    return w - ALPHA * dw, b - alpha * db",
    ),
    (
        "5",
        "gradient-before-the-loop",
        "computed once",
        "def train(x, y, w, b, alpha, epochs):\n    dw, db = get_backprop(get_linear_forward(x, w, b), y, x)\n"
        "    for _ in range(epochs):\n        w, b = w - alpha * dw, b - alpha * db\n    return w, b",
    ),
    (
        "5",
        "result-lost",
        "`update_params(w, b, alpha, dw, db)`",
        "def train(x, y, w, b, alpha, epochs):\n    for _ in range(epochs):\n"
        "        dw, db = get_backprop(get_linear_forward(x, w, b), y, x)\n"
        "        update_params(w, b, alpha, dw, db)\n    return w, b",
    ),
    (
        "5",
        "arguments-in-other-order",
        "update_params(w, b, alpha, w_gradient, b_gradient)",
        "def train(x, y, w, b, alpha, epochs):\n    for _ in range(epochs):\n"
        "        dw, db = get_backprop(get_linear_forward(x, w, b), y, x)\n"
        "        w, b = update_params(w, b, dw, db, alpha)\n    return w, b",
    ),
    (
        "5",
        "no-loop",
        "no loop",
        "def train(x, y, w, b, alpha, epochs):\n    y_hat = get_linear_forward(x, w, b)\n"
        "    dw, db = get_backprop(y_hat, y, x)\n    return update_params(w, b, alpha * epochs, dw, db)",
    ),
    ("6", "brackets-of-call-missing", "`x.max()` calls it", "def normalize(x):\n    return [x.min() - x.min(), x.max]"),
    (
        "6",
        "unused-argument",
        "its argument x",
        "def normalize(x):\n    return np.arange(5.0)",
    ),
]
WHY_NONE = [
    ("4", "no-return", "def update_params(w, b, alpha, dw, db):\n    w, b = w - alpha * dw, b - alpha * db"),
    ("1a", "returns-print", "def get_linear_forward(x, w, b):\n    return print(w * x + b)"),
    (
        "1b",
        "return-not-reached",
        "def compute_mse_loss(y_hat, y):\n    if len(y) > 1000:\n        return np.mean((y_hat - y) ** 2)",
    ),
    ("6", "no-return", "def helper(x):\n    x - x.mean()\ndef normalize(x):\n    return helper(x)"),
    ("6", "returns-none-of-another", "def normalize(x):\n    z = x - np.mean(x)\n    return [z].append(z)"),
    (
        "2",
        "returns-none-of-another",
        "class Model:\n    loss = None\ndef train(x, y, w, b):\n    model = Model()\n    return model.loss",
    ),
]


@pytest.fixture(scope="module")
def found(grade_cells: GradeCells, solutions: dict[str, str]) -> dict[str, Diagnosis | None]:
    """What was said of each row, by its code; rows of different exercises share a notebook."""
    rows = [(exercise, code) for exercise, _, _, code in HINTS] + [(exercise, code) for exercise, _, code in WHY_NONE]
    said: dict[str, Diagnosis | None] = {}
    while rows:
        batch: dict[str, str] = {}
        for exercise, code in rows:
            if not (exercise in {"2", "5"} and batch):  # these call the others, which must be right
                batch.setdefault(exercise, code)
            if exercise in {"2", "5"}:
                break
        alone = set(batch) & {"2", "5"}
        cells = [batch.get(id, solutions[id] if alone and id not in {"2", "5"} else "") for id in solutions]
        grade = grade_cells(*cells)
        for exercise, code in batch.items():
            said[code] = diagnosis(grade, exercise)
        rows = [row for row in rows if row[1] not in batch.values()]
    return said


@pytest.mark.parametrize(("exercise", "name", "shows", "code"), HINTS, ids=lambda value: value[:30])
def test_the_source_says_what_is_probably_wrong(
    exercise: str, name: str, shows: str, code: str, found: dict[str, Diagnosis | None]
) -> None:
    diagnosis = found[code]
    assert diagnosis is not None
    assert diagnosis.mistake == name
    assert diagnosis.probable
    assert shows in render(diagnosis.hint, "en")
    assert_says_probably(diagnosis)


@pytest.mark.parametrize(("exercise", "name", "code"), WHY_NONE, ids=lambda value: value[:30])
def test_the_source_says_why_none_came_back_though_there_is_a_return(
    exercise: str, name: str, code: str, found: dict[str, Diagnosis | None]
) -> None:
    diagnosis = found[code]
    assert diagnosis is not None
    assert diagnosis.mistake == name
    assert_says_probably(diagnosis)


def assert_says_probably(diagnosis: Diagnosis) -> None:
    words: dict[Lang, str] = {"en": "robabl", "pl": "rawdopodobn"}
    assert all(word in render(diagnosis.hint, lang) for lang, word in words.items())


def diagnosis(grade: Grade, exercise: str) -> Diagnosis | None:
    return next((check.diagnosis for check in result(grade, exercise).checks if check.diagnosis), None)
