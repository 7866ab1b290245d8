"""The Python that kernels run in: the grader's own, or another one with other packages (`--python`)."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from shlex import quote
from typing import Any

from grader.errors import UsageError
from grader.i18n import Text, msg
from grader.kernel.inside.environment import kernel_environment

OLDEST = (3, 10)
NEEDED = {"ipykernel": "6.29", "jupyter-client": "8.0.2", "msgspec": "0.18.6", "numpy": "1.24"}
"""The packages that a kernel imports, each with the oldest version that will do."""
ANSWER_TIMEOUT_S = 60.0
# Python 2 must be able to run it.
_WHAT_IS_THERE = """
import json, sys
packages = {}
try:
    from importlib import metadata
    for name in sys.argv[1:]:
        try:
            packages[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            pass
except ImportError:
    pass
print(json.dumps([sys.executable, sys.version.split()[0], list(sys.version_info[:2]), packages]))
"""
_WHICH_MODULES = """
import json, sys
from importlib.util import find_spec
print(json.dumps([name for name in sys.argv[1:] if find_spec(name) is not None]))
"""


@dataclass(frozen=True, slots=True)
class Versions:
    """What notebooks run on.

    Attributes:
        python: Python's version.
        numpy: numpy's.
    """

    python: str
    numpy: str


@dataclass(frozen=True, slots=True)
class _Found:
    """What a Python says of itself.

    Attributes:
        executable: its own path; what was named may only be a script that starts it.
        version: its version.
        numbers: the first two numbers of that.
        packages: the versions of those that a kernel needs.
    """

    executable: str
    version: str
    numbers: tuple[int, ...]
    packages: Mapping[str, str]


# ---- which Python it is, and what it has


def find_python(given: str | os.PathLike[str]) -> str:
    """The absolute path of a Python that kernels can run in. Raise UsageError.

    `given`: the path of its executable, the folder of its environment, or a command on the PATH.
    """
    path = _executable(os.fspath(given))
    found = _look(path)
    if found.numbers < OLDEST:
        raise UsageError(
            "{path} is Python {version}. Kernels need {oldest} or newer.",
            path=path,
            version=found.version,
            oldest=".".join(map(str, OLDEST)),
        )
    _refuse_lacks(path, found.packages)
    return found.executable or path


def versions(python: str = "") -> Versions:
    """The versions in the grader's own Python, or in one that `find_python` has found."""
    if python:
        there = _look(python)
        return Versions(there.version, there.packages["numpy"])
    from importlib.metadata import version

    return Versions(sys.version.split()[0], version("numpy"))


def installed(modules: Sequence[str], python: str = "") -> set[str]:
    """Those of the modules that can be imported there."""
    if python:
        return set(_ask(python, _WHICH_MODULES, modules))
    from importlib.util import find_spec

    return {name for name in modules if find_spec(name) is not None}


def _executable(given: str) -> str:
    """Its path. No link is resolved, for the link's place tells Python its environment."""
    path = Path(given).absolute()
    if path.is_dir():
        return _executable_in(path)
    if path.exists():
        return str(path)
    from shutil import which

    found = which(given) if Path(given).name == given else None
    if found is None:
        raise UsageError(
            "{given}: there is no such Python. Give the path of its executable, or the folder of its environment.",
            given=given,
        )
    return str(Path(found).absolute())


def _executable_in(folder: Path) -> str:
    for path in (folder / "bin" / "python", folder / "Scripts" / "python.exe"):
        if path.exists():
            return str(path)
    raise UsageError(
        "{folder} is a folder without bin/python, so it is no environment of Python. Give the path of a Python's "
        "executable, or make an environment there: python3 -m venv {quoted}",
        folder=folder,
        quoted=quote(str(folder)),
    )


def _refuse_lacks(path: str, packages: Mapping[str, str]) -> None:
    missing = [name for name in NEEDED if name not in packages]
    old = [name for name, version in packages.items() if _numbers(version) < _numbers(NEEDED[name])]
    if not missing and not old:
        return
    wanted = " ".join(f"'{name}>={NEEDED[name]}'" for name in (*missing, *old))
    raise UsageError(
        "{path} can't run kernels yet. {lacks} Install there what they need: {quoted} -m pip install {wanted}",
        path=path,
        lacks=_lacks(missing, {name: packages[name] for name in old}),
        quoted=quote(path),
        wanted=wanted,
    )


def _lacks(missing: Sequence[str], old: Mapping[str, str]) -> Text:
    too_old = ", ".join(f"{name} {version} < {NEEDED[name]}" for name, version in old.items())
    if not old:
        return msg("It lacks {packages}.", packages=", ".join(missing))
    if not missing:
        return msg("Too old there: {packages}.", packages=too_old)
    return msg("It lacks {packages}; too old there: {old}.", packages=", ".join(missing), old=too_old)


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers at the beginning of a version."""
    found: list[int] = []
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        if not digits:
            break
        found.append(int(digits))
    return tuple(found)


@lru_cache
def _look(path: str) -> _Found:
    """Raise UsageError."""
    match _ask(path, _WHAT_IS_THERE, list(NEEDED)):
        case [str(executable), str(version), [int(), int()] as numbers, dict(packages)]:
            found = {name: str(one) for name, one in packages.items() if one}
            return _Found(executable, version, tuple(numbers), found)
    raise UsageError("{path} does not answer as a Python does. Is it one?", path=path)


def _ask(path: str, code: str, arguments: Sequence[str]) -> Any:
    """What the code prints there last, in JSON. Raise UsageError."""
    import json
    import subprocess

    said = ""
    try:
        done = subprocess.run(  # noqa: S603  the operator's own Python
            [path, "-c", code, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=kernel_environment(Path("/")),
            cwd=os.sep,
            timeout=ANSWER_TIMEOUT_S,
            start_new_session=True,
            check=False,
        )
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        return json.loads(done.stdout.splitlines()[-1])
    except OSError as error:
        raise UsageError("{path} can't be executed: {reason}. Is it a Python?", path=path, reason=error) from error
    except (subprocess.TimeoutExpired, ValueError, IndexError) as error:
        raise UsageError(
            "{path} does not answer as a Python does{said}. Is it one?", path=path, said=said and f" ({said})"
        ) from error
