"""Where a notebook's code could read the hidden tests, it is refused, or the score comes with a note."""

from __future__ import annotations

import pytest

from grader.config import Config
from grader.errors import SandboxError
from grader.kernel.exposure import (
    MEMORY_NOT_LIMITED,
    NOT_HIDDEN,
    WITHOUT_WALLS,
    is_exposed,
    notes,
    refuse_missing_walls,
)

ALL = ("pid", "net", "ipc", "memory", "mount", "user", "rlimits", "landlock (ABI 4)", "seccomp")


@pytest.mark.parametrize(
    ("walls", "exposed"),
    [
        (ALL, False),
        (("landlock (ABI 1)",), False),
        (("mount",), False),
        (("pid", "net", "ipc", "memory", "user", "rlimits", "seccomp"), True),
        (("rlimits",), True),
        ((), True),
    ],
)
def test_either_of_two_walls_hides_the_hidden_tests(walls: tuple[str, ...], exposed: bool) -> None:
    assert is_exposed(walls) is exposed


MISSING = ("landlock: syscall: Function not implemented", "mount: unshare: Operation not permitted", "pid: no")


@pytest.mark.parametrize(
    ("config", "walls", "says"),
    [
        (Config(), (), "mount: unshare: Operation not permitted). So only a notebook of your own is graded here"),
        (Config(), ("mount",), None),
        (Config(own=True), (), None),
        (Config(sandbox="off"), (), None),
        (Config(sandbox="strict", own=True), ALL, "--sandbox strict: a wall is missing"),
    ],
)
def test_others_notebooks_are_refused_with_why_and_what_to_do(
    config: Config, walls: tuple[str, ...], says: str | None
) -> None:
    if says is None:
        refuse_missing_walls(config, walls, MISSING)
        return
    with pytest.raises(SandboxError) as refused:
        refuse_missing_walls(config, walls, MISSING)
    assert says in str(refused.value)


def test_the_refusal_gives_the_reasons_that_matter() -> None:
    with pytest.raises(SandboxError, match=r"\(landlock: .*; mount: .*\)") as refused:
        refuse_missing_walls(Config(), (), MISSING)
    assert "pid: no" not in str(refused.value)
    with pytest.raises(SandboxError, match=r"\(walls: Darwin has none of them\)"):
        refuse_missing_walls(Config(), ("rlimits",), ("walls: Darwin has none of them",))


@pytest.mark.parametrize(
    ("config", "walls", "missing", "said"),
    [
        (Config(), ALL, (), ()),
        (Config(), ("mount",), ("landlock: no", "memory: /proc hides"), (MEMORY_NOT_LIMITED,)),
        (Config(own=True), ("rlimits",), ("walls: Darwin has none of them",), (NOT_HIDDEN,)),
        (Config(own=True), ("user",), ("memory: no", *MISSING), (NOT_HIDDEN, MEMORY_NOT_LIMITED)),
        (Config(sandbox="off"), (), ("walls: switched off",), (WITHOUT_WALLS,)),
    ],
)
def test_a_score_comes_with_what_was_not_held(
    config: Config, walls: tuple[str, ...], missing: tuple[str, ...], said: tuple[object, ...]
) -> None:
    assert tuple(notes(config, walls, missing)) == said
