"""Notebooks as beginners hand them in: each has the course's solutions but for what stands here."""

from __future__ import annotations

from collections.abc import Mapping

from grader.course.course import Course
from grader.course.sources import read_file

FIRST = "import numpy as np"
# What stands in the place of an exercise's solution; "first" is the cell of imports, and None leaves an exercise out.
WRONG: Mapping[str, Mapping[str, str | None]] = {
    "stopped-in-the-middle": {
        "1a": "def get_linear_forward(x, w, b):\n    y_hat = w * x + b\n    print(y_hat)",
        "1b": "def compute_mse_loss(y_hat, y):\n    return np.sum((y_hat - y) ** 2)",
        **dict.fromkeys(["3a", "3b", "4", "5", "6"]),
    },
    "numpy-not-imported": {
        "first": "# tu zaczynamy",
        "1a": "def get_linear_forward(x, w, b):\n    wynik = np.multiply(x, w)\n    return wynik + b",
    },
    "python-cannot-read-it": {
        "1b": "def compute_mse_loss(y_hat, y):\n    return np.mean(np.power(y_hat - y, 2)))",
        "4": "def update_params(w, b, alpha, w_gradient, b_gradient)\n    return w - alpha * w_gradient, b",
    },
    "two-mistakes-in-each-gradient": {
        "3a": "def get_backprop(y_hat, y, x):\n    dw = (y - y_hat) * x\n    db = y - y_hat\n    return dw, db",
        "3b": "def get_backprop(y_hat, y, x):\n    dw = np.sum(2 * (y - y_hat) * x)\n    db = np.sum(2 * (y - y_hat))\n"
        "    return dw, db",
    },
    "result-not-stored": {
        "5": "def train(x, y, init_w, init_b, alpha, epochs):\n    w = init_w\n    b = init_b\n"
        "    for epoch in range(epochs):\n        y_hat = get_linear_forward(x, w, b)\n"
        "        dw, db = get_backprop(y_hat, y, x)\n        update_params(w, b, alpha, dw, db)\n    return w, b",
    },
    "misspelt": {
        "1a": "def get_linear_foward(x, w, b):\n    return w * x + b",
        "1b": "def compute_mse_loss(y_hat, y):\n    error = y_hat - y\n    return np.maen(error ** 2)",
    },
    "loops-and-lists": {
        "1a": "def get_linear_forward(x, w, b):\n    for i in range(len(x)):\n        y_hat = w * x[i] + b\n"
        "        return y_hat",
        "1b": "def compute_mse_loss(y_hat, y):\n    return np.mean((list(y_hat) - list(y)) ** 2)",
        "4": "def update_params(w, b, alpha, w_gradient, b_gradient):\n    w == w - alpha * w_gradient\n"
        "    b == b - alpha * b_gradient\n    return w, b",
    },
    "names-from-outside": {
        "1a": "w = 3\nb = 2\ndef get_linear_forward(x, waga, bias):\n    return w * x + b",
        "2": "def train(x, y, init_w, init_b):\n    y_hat = get_linear_forward(x_train, 0.5, 0)\n"
        "    return compute_mse_loss(y_hat, y_train)",
    },
    "endless-loop": {
        "5": "def train(x, y, init_w, init_b, alpha, epochs):\n    w, b = init_w, init_b\n    i = 0\n"
        "    while i < epochs:\n        y_hat = get_linear_forward(x, w, b)\n"
        "        dw, db = get_backprop(y_hat, y, x)\n        w, b = update_params(w, b, alpha, dw, db)\n"
        "    return w, b",
    },
    "swapped-and-no-deviation": {
        "4": "def update_params(b, w, lr, grad_b, grad_w):\n    return b - lr * grad_b, w - lr * grad_w",
        "6": "def normalize(x):\n    return x - np.mean(x)",
    },
    "one-cause-three-exercises": {
        "1b": "def compute_mse_loss(y_hat, y):\n    return np.mean(np.power(y_hat - y, 2)) / 2",
        "3b": "def get_backprop(y_hat, y, x):\n    return None",
        "4": "def update_params(w, b, alpha, w_gradient, b_gradient):\n    return w + alpha * w_gradient, b",
    },
    "only-the-bonus-left": {
        "5": "def train(x, y, init_w, init_b, alpha, epochs):\n    w, b = init_w, init_b\n"
        "    for epoch in range(epochs):\n        y_hat = get_linear_forward(x, w, b)\n"
        "        dw, db = get_backprop(y_hat, y, x)\n        w, b = update_params(w, b, alpha, dw, db)\n"
        "    return w, b",
    },
}


def cells(course: Course, name: str) -> list[str]:
    """The notebook's code cells: imports, data, then solution and visible tests of each exercise."""
    wrong = WRONG[name]
    sources = [wrong.get("first") or FIRST, read_file(course.folder / "data.py")]
    for exercise in course.exercises:
        source = wrong.get(exercise.id, read_file(exercise.folder / "solution.py"))
        if source is not None:
            sources += [source, read_file(exercise.folder / "visible.py")]
    return sources
