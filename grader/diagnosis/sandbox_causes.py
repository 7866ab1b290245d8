"""Causes of exceptions that are the sandbox's doing: what it forbids, and what to do instead."""

from __future__ import annotations

import re

from grader.diagnosis.exception_rule import Match, cut
from grader.i18n import Text, msg

_REFUSING = frozenset({"landlock", "seccomp", "mount", "user"})  # the walls that answer "not permitted"
_BARE_REFUSAL = re.compile(r"\[Errno (1\] .*|13\] Permission denied)", re.DOTALL)
_SHARING = re.compile(r"\bmmap\b|\bSharedMemory\b|shared_memory")
_STARTING = re.compile(
    r"subprocess|multiprocessing|\bPopen\b|\bPool\b|\bProcess(PoolExecutor)?\b|\bManager\b|\bjoblib\b|\bParallel\b"
    r"|\bpopen\b|\bos\.(system|exec|spawn|posix_spawn|fork)"
)
_THROUGH_OTHERS = re.compile(r"\.(start|submit|i?map\w*|starmap\w*|apply\w*)\(|\b(Queue|R?Lock|Event|Value|Array)\(")


def _is_refused(match: Match) -> bool:
    """Whether a wall said no: a refusal names no file of the participant's, and somebody must stand there to say it."""
    fault = match.fault
    if match.notebook.walls.isdisjoint(_REFUSING):
        return False
    if fault.type == "EOFError":  # of a process that ended before it answered
        return re.search(r"\bManager\(|multiprocessing", fault.code) is not None
    if fault.type == "BrokenProcessPool" or _BARE_REFUSAL.fullmatch(fault.text):
        return True
    return fault.text.startswith("[Errno 13]") and _STARTING.search(fault.code) is not None


def memory_forbidden(match: Match) -> Text | None:
    code = match.fault.code
    shared = match.fault.text.startswith("[Errno") and _SHARING.search(code) is not None
    if not shared or match.notebook.walls.isdisjoint(_REFUSING):
        return None
    return msg(
        "The grader's sandbox forbids memory that processes share (mmap, SharedMemory): that is why `{code}` fails "
        "here. Keep the data in a numpy array instead.",
        code=cut(code),
    )


def program_forbidden(match: Match) -> Text | None:
    """Where starting one is refused, where a lock between processes is, and where a process ended that could start."""
    code, imported = match.fault.code, " ".join(match.notebook.names.imported)
    starts = _STARTING.search(code) or (_STARTING.search(imported) and _THROUGH_OTHERS.search(code))
    if not _is_refused(match) or (match.fault.type == "PermissionError" and not starts):
        return None
    return msg(
        "The grader's sandbox forbids starting other programs and processes (subprocess, multiprocessing): that is why "
        "`{code}` fails here. Do the same in Python itself, with numpy or a plain loop.",
        code=cut(code) or "…",
    )


def refused(match: Match) -> Text | None:
    if not _is_refused(match):
        return None
    return msg(
        "The grader's sandbox does not allow what `{code}` asks the operating system for: that is why it fails here. "
        "Do it with Python itself and numpy, or leave it out.",
        code=cut(match.fault.code) or "…",
    )
