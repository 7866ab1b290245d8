"""What the notebook's cells leave: every version of every function with its cell, the names after each cell."""

from __future__ import annotations

import ast
import builtins
import contextlib
import sys
from collections.abc import Collection
from typing import Any

from grader.kernel.inside.cell_input import CellInput
from grader.kernel.inside.cell_names import KEEP, CellNames, KeepRebound
from grader.kernel.inside.commands import Commands
from grader.kernel.inside.fake_modules import TOUCHED
from grader.kernel.inside.figures import Figures
from grader.kernel.inside.functions import FILE, MAX_KEPT, METHOD, OTHER, OWN, Kept
from grader.kernel.inside.imports import GOES_ON, IMPORT_FAILED, FailedImports, ImportStatements
from grader.kernel.inside.numpy_versions import BRIDGE, NumpyVersions
from grader.kernel.inside.own_files import compile_own_files
from grader.kernel.inside.own_modules import OwnModules
from grader.kernel.inside.refusals import Refusals
from grader.kernel.inside.sources import Sources
from grader.kernel.inside.streams import cap_stream


class CellWatch:
    """Watches the cells run, and keeps what each of them defines.

    Attributes:
        kept: the versions, by id.
        versions: the same by name, class and cell.
        counts: how many of each rank are kept.
        names: the names that the cell itself gives.
        modules: the modules that the notebook writes.
        states: the notebook's names and values after each cell, by its index.
        files: the cell that each code file name of IPython's stands for.
        sources: the texts of its functions.
        cell: index of the cell that runs, or ran last; -1 before the first.
        before: the names and values before that cell.
        bound: the cells that bound each name.
        figures: what the cells drew.
        refusals: tells what the walls refused.
        imports: imports inert stand-ins for modules that are not installed.
        lost: the cells that failed for want of a module, each with what people call it.
        numpy: bridges what numpy's versions disagree on.
        commands: notes commands that are not run.
        streams: standard output and error, each with a limit for each cell.
        input: answers `input()` in cells.
    """

    def __init__(
        self, shell: Any, output_bytes: int, walls: Collection[str], cell_input: CellInput | None = None
    ) -> None:
        """`shell`: IPython's."""
        self._shell = shell
        self.input = cell_input or CellInput(())
        self.kept: dict[str, Kept] = {}
        self.versions: dict[tuple[str, str, int], list[Kept]] = {}
        self.counts = [0] * len(MAX_KEPT)
        self.names = CellNames()
        self.modules = OwnModules()
        self.states: dict[int, dict[str, Any]] = {}
        self.files: dict[str, int] = {}
        self.sources = Sources()
        self.cell = -1
        self.before: dict[str, Any] = {}
        self.bound: dict[str, list[int]] = {}
        self.figures = Figures()
        self.refusals = Refusals(walls)
        self.imports = FailedImports(shell, self.refusals)
        self.lost: dict[int, str] = {}
        self.numpy = NumpyVersions()
        compile_own_files(shell, self.numpy.visit)
        self._watch()
        self.commands = Commands(shell, lambda: self.cell)
        self.streams = [cap_stream(stream, output_bytes) for stream in (sys.stdout, sys.stderr)]

    def _watch(self) -> None:
        events = self._shell.events
        events.register("pre_run_cell", self._start_cell)
        events.register("post_run_cell", self._end_cell)
        imports = ImportStatements(self.imports.finder, self.refusals)
        self._transformers = (self.names, KeepRebound(), self.numpy, imports)
        self._transform_more = self._shell.transform_ast
        self._shell.transform_ast = self._transform
        setattr(builtins, KEEP, self._keep_name)
        setattr(builtins, IMPORT_FAILED, self.imports.import_again)
        setattr(builtins, GOES_ON, self.imports.go_on)
        setattr(builtins, BRIDGE, self.numpy)
        cache = self._shell.compile.cache

        def remember_file(code: Any, *args: Any, **kwargs: Any) -> Any:
            name = cache(code, *args, **kwargs)
            self.files[name] = self.cell
            self.sources.begin(name, code)
            return name

        self._shell.compile.cache = remember_file
        run_statement = self._shell.run_code

        async def run_code(*args: Any, **kwargs: Any) -> Any:
            TOUCHED.titles.clear()
            return await run_statement(*args, **kwargs)

        self._shell.run_code = run_code

    def _transform(self, cell: ast.AST) -> Any:
        """What IPython compiles of a cell. What it does with transformers that it knows takes longer: it looks through
        the whole cell for nodes without a place, and ours have one."""
        self.sources.note(cell)
        for transformer in self._transformers:
            with contextlib.suppress(Exception):  # what can't be read runs as it is
                cell = transformer.visit(cell)
        return self._transform_more(cell)

    def _start_cell(self, info: Any) -> None:
        self.cell = int(info.cell_id) if str(info.cell_id).isdecimal() else -1
        for stream in self.streams:
            stream.left = stream.cap
        self.input.begin_cell(self.cell)
        self.refusals.look_at(str(info.raw_cell))
        self.names.clear()
        self.modules.forget_files()
        self.imports.lost.clear()
        self.before = dict(self._shell.user_ns)

    def _end_cell(self, result: Any) -> None:
        namespace, bound = self._shell.user_ns, set(self.names.own)
        self._note_lost(result)
        for name, value in list(namespace.items()):
            if not name.startswith("_") and self.before.get(name, KEEP) is not value:
                bound.add(name)
                self._keep(name, value)
        for name, value in self.modules.news():
            self._keep(name, value)
        for name in bound & namespace.keys():
            self.bound.setdefault(name, []).append(self.cell)
        self.figures.end_cell(self.cell)
        self.states[self.cell] = dict(namespace)

    def _note_lost(self, result: Any) -> None:
        error = result.error_in_exec
        lacking = [*self.imports.lost, *(TOUCHED.part_in(error) if isinstance(error, Exception) else [])]
        if lacking:
            self.lost[self.cell] = lacking[0]

    def _keep_name(self, name: str) -> None:
        self._keep(name, self._shell.user_ns.get(name))

    def _keep(self, name: str, value: Any) -> None:
        if not callable(value):
            return
        around = self.modules.names_around(value)
        other = FILE if around is not None else OTHER
        own = name in self.names.own
        if isinstance(value, type):
            if value.__module__ == "__main__" or around is not None:
                for method in [key for key in vars(value) if not key.startswith("_")]:
                    self._add(method, value.__name__, value, METHOD if own else other, around)
        elif around is not None or not self.names.is_imported(name, value):
            self._add(name, "", value, OWN if own else other, around)

    def _add(self, name: str, owner: str, value: Any, rank: int, around: dict[str, Any] | None) -> None:
        versions = self.versions.setdefault((name, owner, self.cell), [])
        if self.counts[rank] >= MAX_KEPT[rank] or any(kept.value is value for kept in versions):
            return
        self.counts[rank] += 1
        id = f"{self.cell}.{len(versions)}.{owner}.{name}"
        self.kept[id] = Kept(id, name, self.cell, owner, value, rank, around)
        versions.append(self.kept[id])
