"""No object of a notebook deceives a hidden test that looks at it, and each rule that sees to that is needed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from grader.config import Config, Limits
from grader.judging import notebook_view
from grader.judging.handles import Misuse
from grader.judging.kernel_errors import NotebookError
from grader.judging.notebook_view import NotebookView
from grader.judging.verdicts import Failed
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.session import Session, run
from grader.model import Cell, Notebook
from tests.attacks.objects import OBJECT_ATTACKS, SECRET, ObjectAttack

HELD = (Misuse, Failed, NotebookError, AssertionError)
LIMITS = Limits(cell_timeout_s=5, call_timeout_s=0.3, total_timeout_s=60)


@contextmanager
def opened(attack: ObjectAttack, warm: ForkServerClient | None) -> Iterator[Session]:
    cells = (Cell(0, "import numpy as np"), Cell(1, attack.code))
    with run(Notebook("n.ipynb", "n", "", cells), Config(limits=LIMITS), warm) as session:
        yield session


def deceives(attack: ObjectAttack, session: Session, check: int) -> bool:
    """Whether the test came to its end, or the notebook's code has seen what was expected."""
    notebook = NotebookView(session, 0)
    notebook.begin(check, 0)
    try:
        attack.test(notebook)
    except HELD:
        return SECRET in seen(notebook)
    except Exception:  # it broke what looked at it
        return True
    return True


def seen(notebook: NotebookView) -> list[object]:
    """What the notebook's code noted in this check."""
    notebook._deeds = 0  # type: ignore[attr-defined]
    try:
        found = notebook.seen
    except HELD:
        return []
    return found if isinstance(found, list) else []


@pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's")
@pytest.mark.parametrize("attack", OBJECT_ATTACKS, ids=lambda attack: attack.name)
def test_the_attack_is_held_by_its_rule(
    attack: ObjectAttack, warm: ForkServerClient | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebook_view, "MAX_DEEDS", 300)
    with opened(attack, warm) as session:
        assert not deceives(attack, session, 1)
        owner, name, instead = attack.rule
        monkeypatch.setattr(owner, name, instead, raising=False)
        assert deceives(attack, session, 2), "without the rule it gets through"
