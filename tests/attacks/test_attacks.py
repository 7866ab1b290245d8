"""Every attack of the table, against the real command, as root and as an unprivileged user, inside the outer cage."""

from __future__ import annotations

import functools
import json
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader.batch.workers import GRACE_S
from grader.kernel.inside.environment import ONE_THREAD
from tests.attacks import table
from tests.attacks.table import ATTACKS, HURRIED, NEIGHBOUR, NEXT_CELL, USUAL, Attack, Pace, render, siege
from tests.conftest import ROOT
from tests.sample_files import lay_out, notebook

pytestmark = [pytest.mark.skipif(sys.platform != "linux", reason="the walls are Linux's"), pytest.mark.timeout(900)]
RIGHT = ("1a", "1b", "2", "3a", "3b", "4", "5", "6")
IMPORTS = "import ctypes, gc, os, signal, socket, stat, struct, sys, time\nimport numpy as np"
CANARY = "canary-5f1c9e"
SYSTEMS = re.compile(r"\b(pid|user|mount|landlock|seccomp|rlimits|memory|kill|supervisor|watchdog)\b")
USERS = ["root", "user"] if os.geteuid() == 0 else ["user"]


def cells(attack: Attack, places: dict[str, str], solutions: dict[str, str]) -> list[str]:
    """The right solutions, and the attack after them, above them, or in the place of one of them."""
    code = attack.code.format(**places) if attack.kind != "forgery" else attack.code
    right = {id: source for id, source in solutions.items() if id not in attack.without}
    if attack.kind == "forgery":
        right["1a"] = "def get_linear_forward(x, w, b):\n" + indent(code)
        return [IMPORTS, *right.values()]
    if attack.kind == "attempt":
        code = (
            f"def attack():\n{indent(code)}\ntry:\n    got = attack()\nexcept BaseException as error:\n    got = None\n"
            "raise RuntimeError('ESCAPED ' + repr(got)[:200] if got else 'HELD')"
        )
    if attack.is_first:
        return [IMPORTS, *code.split(NEXT_CELL), *right.values()]
    return [IMPORTS, *right.values(), *code.split(NEXT_CELL)]


def indent(code: str) -> str:
    return "\n".join("    " + line for line in code.splitlines())


def files(attack: Attack, where: dict[str, str], solutions: dict[str, str]) -> Mapping[str, str | bytes]:
    """What its participant hands in, by name."""
    if attack.kind == "hand-in":
        return attack.files()
    return {f"{attack.name}.ipynb": notebook(*cells(attack, where, solutions))}


def run_in_cage(
    tmp: Path, arguments: Sequence[str], user: str, *options: str, timeout_s: float = 600
) -> dict[str, Any]:
    spec = tmp.parent / f"{tmp.name}.json"
    spec.write_text(json.dumps({"arguments": list(arguments), "tmp": str(tmp)}))
    command = [sys.executable, "-m", "tests.attacks.cage", *(["--user"] if user == "user" else []), *options, str(spec)]
    one_thread = dict.fromkeys(ONE_THREAD, "1")  # a process of several can enter no user namespace
    environment = {**os.environ, **one_thread, "GRADE_CANARY": CANARY, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=timeout_s, env=environment, cwd=ROOT, start_new_session=True
    )
    assert done.stdout, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def places(tmp: Path, user: str) -> dict[str, str]:
    """What the templates of attacks are filled with."""
    return {
        "course": str(ROOT / "reference"),
        "submissions": str(tmp / "submissions"),
        "home": str(tmp / "home"),
        "tmp": str(tmp),
        "root": str(user == "root"),
        "runtime": "os.path.dirname(os.path.dirname(os.environ['TMPDIR']))",
    }


def make_places(tmp: Path) -> Path:
    """The folders that the cage expects. Returns the one of the submissions."""
    for name in ("tmp", "home", "submissions"):
        (tmp / name).mkdir(parents=True)
    return tmp / "submissions"


def besiege(
    attacks: Sequence[Attack], tmp: Path, user: str, solutions: dict[str, str], *options: str, pace: Pace = USUAL
) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Grade a folder with what each attack hands in, and a right notebook. Returns submissions by attack, and how the
    run ended."""
    make_places(tmp)
    (tmp / "home" / "secret.txt").write_text(CANARY)
    where = places(tmp, user)
    for attack in attacks:
        lay_out(tmp / "submissions", files(attack, where, solutions))
    (tmp / "submissions" / f"{NEIGHBOUR}.ipynb").write_text(notebook(IMPORTS, *solutions.values()))
    limits = [f"--cell-timeout={pace.cell_s}", f"--call-timeout={pace.call_s}", f"--total-timeout={pace.total_s}"]
    out = tmp / "out.json"
    arguments = [str(tmp / "submissions"), "--lang", "en", "--report", f"json={out}", "-j", str(pace.at_once), *limits]
    ended = run_in_cage(tmp, [*arguments, *options], user)
    assert out.exists(), ended
    submissions = json.loads(out.read_text("utf-8"))["submissions"]
    return {item["participant"]: item for item in submissions}, ended


def chosen(user: str) -> list[Attack]:
    """Who one is matters to walls only: what is forged, stalled or flooded as root need not be tried again."""
    again = [attack for attack in ATTACKS if attack.kind == "attempt" or SYSTEMS.search(attack.held_by)]
    return ATTACKS if user == USERS[0] else [attack for attack in again if attack.pace != HURRIED]


Group = tuple[int, Pace]
Siege = tuple[dict[str, dict[str, Any]], dict[str, Any]]


@pytest.fixture(scope="module")
def siege_by(tmp_path_factory: pytest.TempPathFactory, solutions: dict[str, str]) -> Callable[[str, Group], Siege]:
    """The whole table in one run for each user and limits of memory and time."""

    @functools.cache
    def run(user: str, group: Group) -> Siege:
        memory_mib, pace = group
        attacks = [attack for attack in chosen(user) if attack.group == group]
        place = tmp_path_factory.mktemp(user) / "cage"
        return besiege(attacks, place, user, solutions, "--memory", str(memory_mib), pace=pace)

    return run


def table_of(user: str) -> type:
    """The tests of the whole table as this user. In a file for each user, so that two workers can run them at once."""

    class TestTable:
        @pytest.mark.parametrize("attack", chosen(user), ids=lambda attack: f"{user}-{attack.name}")
        def test_the_attack_is_held(self, attack: Attack, siege_by: Callable[[str, Group], Siege]) -> None:
            refuse_escape(attack, siege_by(user, attack.group)[0][attack.name])

        @pytest.mark.parametrize("group", sorted({attack.group for attack in chosen(user)}))
        def test_nobody_else_is_touched(self, group: Group, siege_by: Callable[[str, Group], Siege]) -> None:
            graded = siege_by(user, group)[0]
            assert (graded[NEIGHBOUR]["score"], graded[NEIGHBOUR]["bonus"]) == (18, 4)
            assert graded[NEIGHBOUR]["path"].endswith(f"submissions/{NEIGHBOUR}.ipynb")
            assert graded.keys() == {NEIGHBOUR, *(attack.name for attack in chosen(user) if attack.group == group)}

        @pytest.mark.parametrize("group", sorted({attack.group for attack in chosen(user)}))
        def test_the_run_ends_well_and_leaves_nothing(
            self, group: Group, siege_by: Callable[[str, Group], Siege]
        ) -> None:
            ended = siege_by(user, group)[1]
            assert ended["code"] in (0, 1), ended["errors"]
            assert ended["reached"] == [], "no listener saw anybody"
            assert ended["processes"] == []
            assert ended["files"] == []
            assert "Traceback" not in ended["errors"]
            assert ended["most_mib"] < 1024 + 600, "of any process of the grader's, or of a notebook's under its limit"

    return TestTable


def refuse_escape(attack: Attack, graded: dict[str, Any]) -> None:
    """Fail unless the attack was held and cost nothing that it should not cost."""
    assert graded["duration_s"] < (attack.within_s or attack.pace.total_s + GRACE_S)
    if attack.kind == "hand-in":
        assert (graded["status"] in ("graded", "unreadable"), graded["score"]) == (True, 0), graded
        return
    own_affair = {"no_exercises"} if attack.spoils else set()
    assert graded["status"] in {"graded", *own_affair}, graded["notes"]
    text = json.dumps(graded)
    assert "ESCAPED" not in text
    assert CANARY not in text
    points = {item["id"]: item["points"] + item["bonus"] for item in graded["exercises"]}
    most = {item["id"]: item["max_points"] + item["max_bonus"] for item in graded["exercises"]}
    if attack.kind == "forgery":
        first = graded["exercises"][0]
        assert first["status"] != "passed", first
    if attack.kind == "attempt":
        assert graded["cells"][-1]["error"] == "RuntimeError: HELD", "the attack ran to its end"
    if not attack.spoils:
        handed_in = [id for id in RIGHT if id not in attack.without]
        for id in handed_in[1:] if attack.kind == "forgery" else handed_in:
            lost_to_a_forgery = 1 if attack.kind == "forgery" and id in ("2", "5") else 0  # they stand on 1a
            assert points[id] >= most[id] - lost_to_a_forgery, (id, graded["exercises"])


TestTable = table_of(USERS[0])


BY_NAME = {attack.name: attack for attack in ATTACKS}
# wall: (an attack that it holds, the other walls that hold it too and must be off for the wall to stand alone)
ALONE = {
    "landlock": ("read-system-accounts", []),
    "mount": ("many-large-files", []),
    "seccomp": ("ptrace", []),
    "rlimits": ("too-much-memory", []),
    "ipc": ("shared-memory", ["seccomp"]),
    "user": ("capabilities", []),
    "net": ("tcp-connect", ["seccomp", "landlock"]),
    "pid": ("signal-the-parent", ["landlock", "user", "seccomp"]),
}


def without(*walls: str) -> list[str]:
    return [option for wall in walls for option in ("--without-wall", wall)]


@pytest.fixture(scope="module")
def held_without(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Siege]:
    """The attacks that are held while these walls are off, all in one run."""

    @functools.cache
    def run(*walls: str) -> Siege:
        attacks = [BY_NAME[name] for name, others in ALONE.values() if others == list(walls)]
        return besiege(attacks, tmp_path_factory.mktemp("held") / "cage", "user", {}, *without(*walls))

    return run


@pytest.mark.parametrize("wall", ALONE)
def test_without_the_wall_an_attack_escapes_and_with_it_none_does(
    wall: str, tmp_path: Path, held_without: Callable[..., Siege]
) -> None:
    name, others = ALONE[wall]
    held, _ = held_without(*others)
    assert held[name]["cells"][-1]["error"] == "RuntimeError: HELD"
    escaped, _ = besiege([BY_NAME[name]], tmp_path / "without", "user", {}, *without(*others, wall))
    assert "ESCAPED" in escaped[name]["cells"][-1]["error"]


@pytest.mark.parametrize(("hidden", "sandbox", "code"), [(False, "strict", 0), (True, "auto", 0), (True, "strict", 2)])
def test_a_limit_of_memory_that_does_not_hold_is_reported(
    hidden: bool, sandbox: str, code: int, tmp_path: Path, solutions: dict[str, str]
) -> None:
    """Where /proc hides the kernel from the user who grades, it is no wall, and `strict` refuses."""
    path, report = make_places(tmp_path / "cage") / "solved.ipynb", tmp_path / "cage" / "out.json"
    path.write_text(notebook(IMPORTS, *solutions.values()))
    arguments = [str(path), "--lang", "en", "--report", f"json={report}", "--sandbox", sandbox]
    ended = run_in_cage(tmp_path / "cage", arguments, "user", *(["--hide-proc"] if hidden else []))
    assert ended["code"] == code, ended
    if code:
        assert "memory: /proc hides" in ended["errors"]
        return
    result = json.loads(report.read_text("utf-8"))
    assert result["submissions"][0]["score"] == 18
    assert ("memory" in result["sandbox"]["walls"]) is not hidden


KILLED_SUPERVISOR = """for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        time.sleep(300)
        os._exit(0)
time.sleep(0.2)
supervisor = os.getppid()
{}
time.sleep(0.3)
"""
WAYS = {
    "killed": "os.kill(supervisor, 9)",
    "killed-with-its-group": "os.killpg(supervisor, 9)",
    "stopped": "os.kill(supervisor, 19)",
    "out-of-time": "ctypes.CDLL(None).prlimit(supervisor, 0, struct.pack('QQ', 0, 0), None)",
}


@pytest.mark.parametrize(
    ("kernel", "off"), [("warm", []), ("cold", []), ("warm", ["seccomp"])], ids=["warm", "cold", "warm-no-seccomp"]
)
def test_without_a_pid_namespace_nothing_outlives_the_run(kernel: str, off: list[str], tmp_path: Path) -> None:
    """Not even where nothing else keeps a notebook from ending its supervisor, which is of the same user."""
    attacks = [siege(name, "", "", KILLED_SUPERVISOR.format(how)) for name, how in WAYS.items()]
    options = ["--kernel", kernel, *without("pid", "landlock", *off)]
    graded, ended = besiege(attacks, tmp_path / "cage", USERS[-1], {}, *options)
    assert {graded[name]["status"] for name in WAYS} == {"no_exercises"}, "they ran"
    assert ended["processes"] == []
    assert ended["files"] == []


@pytest.mark.parametrize("user", USERS)
def test_without_the_mount_wall_deep_folders_are_removed_all_the_same(
    user: str, tmp_path: Path, solutions: dict[str, str]
) -> None:
    graded, ended = besiege([BY_NAME["deep-folders"]], tmp_path / "cage", user, solutions, "--without-wall", "mount")
    assert graded["deep-folders"]["score"] == 18
    assert ended["files"] == []


@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("signum", [2, 9], ids=["ctrl-c", "killed"])
def test_a_grader_that_is_ended_in_the_middle_leaves_nothing(user: str, signum: int, tmp_path: Path) -> None:
    tmp = tmp_path / "cage"
    make_places(tmp)
    for number in range(4):
        endless = "import os, time\nif os.fork() == 0:\n    os.setsid()\nwhile True:\n    time.sleep(1)"
        (tmp / "submissions" / f"{number}.ipynb").write_text(notebook(endless))
    arguments = [str(tmp / "submissions"), "-j", "2", "--cell-timeout", "60"]
    ended = run_in_cage(tmp, arguments, user, "--kill-after", "2.5", "--signal", str(signum))
    assert ended["code"] in ((130, -2) if signum == 2 else (-9,)), ended  # a shell says 130 of both; -2 while it loads
    assert ended["seconds"] < 2.5 + 2 + 5
    assert ended["processes"] == []
    assert ended["files"] == []
    assert "Traceback" not in ended["errors"]


@pytest.mark.parametrize("after_s", [0.3, 0.45, 0.6, 0.75])
def test_a_grader_that_is_killed_while_it_starts_leaves_nothing(after_s: float, tmp_path: Path) -> None:
    tmp = tmp_path / "cage"
    make_places(tmp)
    for number in range(4):
        (tmp / "submissions" / f"{number}.ipynb").write_text(notebook("x = 1"))
    arguments = [str(tmp / "submissions"), "-j", "2"]
    ended = run_in_cage(tmp, arguments, USERS[-1], "--kill-after", str(after_s))
    assert (ended["processes"], ended["files"]) == ([], [])


def names_of_ours() -> set[str]:
    """All dotted names in the table's code that begin with the grader's."""
    return {name for attack in ATTACKS for name in re.findall(r"\bgrader(?:\.\w+)+", attack.code)}


@pytest.mark.parametrize("name", sorted(names_of_ours()))
def test_what_an_attack_looks_for_by_name_exists(name: str) -> None:
    """Renamed, it would not be found, and the attack would be held without having tested anything."""
    found = pkgutil.resolve_name(name)
    assert found is not None


def test_attacks_look_for_what_is_hidden_and_for_what_answers() -> None:
    assert {"grader.judging.suite", "grader.kernel.session", "grader.kernel.inside.agent.encode"} <= names_of_ours()


def test_whatever_is_said_of_an_attack_by_name_is_said_of_one_that_there_is() -> None:
    assert BY_NAME.keys() >= (table._SPOIL | table._WASTEFUL | table._SLOW_TO_CALL)


def test_the_table_in_the_docs_is_the_one_that_is_tested() -> None:
    assert (ROOT / "docs" / "attacks.md").read_text("utf-8") == render(), (
        "python -m tests.attacks.table > docs/attacks.md"
    )
    assert len(ATTACKS) >= 60
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
