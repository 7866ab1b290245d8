"""The notebook as a hidden test sees it: its names as data or handles, what it printed, drew and wrote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from grader.i18n import Text, Titles, msg
from grader.judging import compare, describe
from grader.judging.handles import MAX_PATH, Handle, Misuse, opaque_of, see
from grader.judging.kernel_errors import Errors, NotebookError
from grader.judging.source_view import SourceView
from grader.judging.verdicts import MAX_PRINTED, Failed, Missing, failure_of, partly, where
from grader.kernel.session import Answer, Calls, Deed, Opaque, Problem
from grader.model import CheckStatus

MAX_DEEDS = 20_000  # that one check may ask of objects
MAX_BYTES = 128 << 20  # of what comes back


class NotebookView:
    """What a test gets as `notebook`. A name of the notebook that is also a method's here: `notebook["name"]`."""

    def __init__(self, session: Calls, seed: int, after_cell: int | None = None) -> None:
        """`after_cell`: the cell after which the notebook is seen; None for the last one."""
        self._session, self._seed, self._after_cell = session, seed, after_cell
        self._handles: dict[int, Handle] = {}
        self._errors = Errors()
        self._kernel = 0
        self._check = 0
        self._remarks: list[Text] = []
        self.begin(1, 0)

    # ---- for the suite

    def begin(self, check: int, seed: int) -> None:
        """Begin a check: it sees what the cells left, whatever the checks before have changed."""
        self._check, self._check_seed = check, seed
        self._deeds, self._bytes = 0, 0
        self._input: tuple[str, ...] = ()
        self.needs: tuple[str, ...] = ()  # what is not installed here, and took part in what was asked
        self._last: tuple[str, Answer] | None = None
        self._remarks.clear()

    @property
    def deeds(self) -> int:
        """How often the check has asked."""
        return self._deeds

    def __contains__(self, name: str) -> bool:
        return name in self._session.names

    # ---- names

    def __getitem__(self, name: str) -> Any:
        if name not in self:
            raise Missing(name)
        return self._do(name, "name", None, (name,), {})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._do(f"{name} = ...", "set name", None, (name, value), {})

    def __delitem__(self, name: str) -> None:
        self._do(f"del {name}", "delete name", None, (name,), {})

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._session.names))

    # ---- what a test can ask beside

    def equal(self, actual: Any, expected: Any, rtol: float = compare.RTOL) -> None:
        """Fail the check unless `actual`, which the notebook gave last, is `expected`; the report says what differs."""
        comparison = compare.compare(expected, _unseen(actual), rtol)
        if comparison.refusal is not None:
            texts = describe.show_both(expected, _unseen(actual))
            raise Failed(CheckStatus.FAILED, comparison.refusal, self.last_path, *texts)
        self._remarks.extend(remark for remark in comparison.remarks if remark not in self._remarks)

    def refuse(self, pl: str, en: str) -> None:
        """Fail the check with a message of the course's own, and show what the notebook gave last."""
        raise Failed(CheckStatus.FAILED, Titles(pl, en), self.last_path, None, self.last_shown)

    def partly(self, share: float, pl: str, en: str) -> None:
        """End the check with a part of its points, from 0 to 1, and say why it is not all of them."""
        last = self._last[1] if self._last else None
        raise partly(share, pl, en, self.last_path, self.last_shown, last)

    def input(self, *lines: object) -> None:
        """What `input()` is answered with in the next call, in turn."""
        self._input = tuple(map(str, lines))

    @property
    def printed(self) -> str:
        """What the notebook's cells printed and showed, as text."""
        return "".join(result.printed for result in self._session.cells)

    def printed_by(self, name: str) -> str:
        """What the last cell that bound a name printed and showed."""
        return next((one.printed for one in self._session.cells if one.index == self._cell_of(name)), "")

    @property
    def last_printed(self) -> str:
        """What the last thing that was asked printed."""
        return self._last[1].printed if self._last else ""

    @property
    def figures(self) -> list[Any]:
        """The figures of matplotlib that the cells drew, in order."""
        found = self._do("figures", "figures", None, (), {})
        return found if isinstance(found, list) else []

    @property
    def files(self) -> list[str]:
        """The names of the files in the notebook's folder."""
        found = self._do("files", "files", None, (), {})
        return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []

    def read(self, name: str) -> str:
        """The text of a file that the notebook wrote. Fails the check where there is none."""
        if name not in self.files:
            raise Failed(CheckStatus.FAILED, msg("There is no file {name}.", name=name))
        found = self._do(f"open({name!r})", "file", None, (name,), {})
        if not isinstance(found, bytes):
            raise Failed(CheckStatus.FAILED, msg("The file {name} can't be read.", name=name))
        return found.decode("utf-8", "replace")

    def source(self, name: str) -> SourceView:
        """The source of the last definition of a function, or of the last cell that bound another name."""
        versions = [one.source for one in self._session.versions if one.name == name and not one.owner]
        if versions and versions[-1]:
            return SourceView(versions[-1], name)
        cell = self._cell_of(name)
        return SourceView(next(one.source for one in self._session.sources if one.index == cell), name)

    def _cell_of(self, name: str) -> int:
        if name not in self:
            raise Missing(name)
        return self._session.names[name][-1]

    # ---- what was asked last, for a report

    @property
    def last_path(self) -> str | None:
        return self._last[0] if self._last else None

    @property
    def last_shown(self) -> str | None:
        if self._last is None or self._last[1].problem is not None:
            return None
        shown = describe.show(self._last[1].value)
        return shown or " ".join(self.last_printed.split())[:MAX_PRINTED]

    @property
    def remarks(self) -> tuple[Text, ...]:
        return tuple(self._remarks)

    # ---- the kernel

    def do(self, path: str, action: str, target: Opaque | None, *args: Any, **kwargs: Any) -> Any:
        """Have something done to an object, or to the notebook itself."""
        return self._do(path, action, target, args, kwargs)

    def _do(self, path: str, action: str, target: Opaque | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        self._deeds += 1
        if self._deeds > MAX_DEEDS or self._bytes > MAX_BYTES:
            text = msg("The check asked for more than it may: is there something in the notebook that never ends?")
            raise Failed(CheckStatus.FAILED, text, path)
        self._forget_lost()
        lines, self._input = (self._input, ()) if action == "call" else ((), self._input)
        deed = self._deed(action, target, args, kwargs, lines)
        answer = self._session.use(deed, lambda opaque: self.handle(opaque, path))
        self._last = path, answer
        self._bytes += answer.size_bytes
        self.needs = (*self.needs, *answer.needs)[:5]
        if answer.problem is Problem.RAISED and answer.raised is not None:
            raise self._errors.of(answer.raised, path, self)
        if answer.problem is not None:
            raise failure_of(answer.problem, path)
        return answer.value

    def _deed(
        self,
        action: str,
        target: Opaque | None,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        lines: tuple[str, ...],
    ) -> Deed:
        return Deed(action, target, args, kwargs, lines, self._after_cell, self._next_seed(), self._check)

    def _next_seed(self) -> int:
        """Another one each time, so that two draws differ, and the same in each run."""
        return (self._seed + self._check_seed + self._deeds) % (1 << 32)

    def _forget_lost(self) -> None:
        """A kernel that was started anew knows none of the objects of the one before."""
        if self._kernel != self._session.kernels:
            self._kernel = self._session.kernels
            self._handles.clear()
            self._errors = Errors()

    def handle(self, opaque: Opaque, path: str) -> Any:
        """What a test gets for an object: always the same handle, or a class that can be raised and caught."""
        if not opaque.id:
            return opaque
        if opaque.role == 2:
            lineage = self.do(path, "lineage", opaque)
            return self._errors.class_of([tuple(one) for one in lineage])
        known = self._handles.get(opaque.id)
        if known is None:
            known = self._handles[opaque.id] = Handle(self, opaque, path[:MAX_PATH])
        elif len(path) <= MAX_PATH:
            object.__setattr__(known, "path", path)  # how a test came by it last says most of what was done to it
        return known


def _unseen(value: Any) -> Any:
    return opaque_of(value) if isinstance(value, Handle) else value


__all__ = ["Misuse", "NotebookError", "NotebookView", "see", "where"]
