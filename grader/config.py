"""The settings of a run, resolved by the command line and passed down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from grader.i18n import Lang

Sandbox = Literal["auto", "strict", "off"]
"""How much of the sandbox must work: what this machine has (auto), all of it (strict), or none (off)."""
Kernels = Literal["warm", "cold"]
"""Whether kernels are forked from a process that has imported numpy already (warm) or started from nothing (cold)."""


def under_ci(environ: Mapping[str, str]) -> bool:
    """Whether this is a job of a CI system, which grades what others wrote."""
    return environ.get("CI", "").lower() not in ("", "0", "false")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one submission may use.

    Attributes:
        cell_timeout_s: Seconds for each cell.
        call_timeout_s: Seconds for each call of a participant's function.
        total_timeout_s: Seconds for all that is done for the submission.
        memory_mib: MiB of memory for the kernel and the processes that it starts.
        output_bytes: Bytes of printed text that are kept of each cell.
        kept_bytes: Bytes that the grader keeps of all that the notebook's cells print and its functions return.
    """

    cell_timeout_s: float = 30.0
    call_timeout_s: float = 5.0
    total_timeout_s: float = 120.0
    memory_mib: int = 2048
    output_bytes: int = 1 << 20
    kept_bytes: int = 64 << 20


@dataclass(frozen=True, slots=True)
class CellInput:
    """What `input()` is answered with in some cells of a notebook.

    Attributes:
        cells: The indices of the cells.
        lines: The answers, in turn through all of these cells; after the last comes the first again.
    """

    cells: tuple[int, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Late:
    """What handing in late costs, where nbgrader has noted when notebooks were handed in.

    Attributes:
        percent: Of the points that were earned, for each day begun.
        due: Until when it costs nothing, by the assignment's name; "" stands for all.
    """

    percent: float
    due: tuple[tuple[str, datetime], ...]


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of a run.

    Attributes:
        only: The ids of the exercises to grade; all of them if empty.
        lang: The language of texts that are shown.
        seed: Seeds the inputs that are drawn for the checks, together with the course and the digest of the notebook's
            code cells.
        sandbox: How much of the sandbox must work.
        own: Whether the notebook is the person's own, who may know what its code can read.
        kernel: How kernels are started.
        python: The path of the Python that they run in; empty for the grader's own.
        hidden: Folders that participants' code must not see.
        files: The folder of the course's data files, which lie in a notebook's folder; "" if it has none.
        file_names: Which of the files in it; empty for all.
        packages: Modules that kernels are started with, so that importing them takes no time.
        without_walls: Names of walls that are left out on purpose.
        limits: What one submission may use.
        curves: Whether to compute the curves and the pictures that only a page has.
        articles: Whether to make what a page says of each person where the notebook is graded, as for a large class.
        marks: Each mark with the least percentage of the points that it is given for, where a report needs marks.
        late: What handing in late costs; None for nothing.
        cell_input: What `input()` is answered with in the cells of the notebook that is graded.
    """

    only: tuple[str, ...] = ()
    lang: Lang = "pl"
    seed: int = 0
    sandbox: Sandbox = "auto"
    kernel: Kernels = "warm"
    python: str = ""
    hidden: tuple[str, ...] = ()
    files: str = ""
    file_names: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    without_walls: tuple[str, ...] = ()
    own: bool = False
    limits: Limits = field(default_factory=Limits)
    curves: bool = True
    articles: bool = False
    marks: tuple[tuple[str, float], ...] = ()
    late: Late | None = None
    cell_input: tuple[CellInput, ...] = ()
