"""A test that uses nothing of pytest's steps runs without them, and means the same; all others are pytest's to run."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from grader.course import loader
from grader.judging import suite
from grader.judging.stand_in import Function
from grader.judging.subject import Subject
from grader.judging.suite import Suite
from grader.model import CheckResult, CheckStatus
from tests.proof.sick_course import write_course

PLAIN = {
    "takes nothing": "def test_it(): pass",
    "takes the grader's fixtures": "def test_it(double, solution, rng, data): assert solution(2) > rng.random()",
    "takes a fixture of the file": "@pytest.fixture\ndef new(rng): return 3\ndef test_it(new, rng): assert new == 3",
    "takes one twice": """
        @pytest.fixture
        def counted(): return []
        @pytest.fixture
        def first(counted): counted.append(1)
        @pytest.fixture
        def second(counted): counted.append(2)
        def test_it(second, first, counted): assert counted == [2, 1]""",
    "skips": "def test_it(): pytest.skip('not today')",
    "fails": "def test_it(): assert False",
    "breaks": "def test_it(): {}['a']",
    "breaks in a fixture": "@pytest.fixture\ndef bad(): return 1 / 0\ndef test_it(bad): pass",
}
PYTESTS = {
    "has parameters": "@pytest.mark.parametrize('n', [3])\ndef test_it(n): assert n == 3",
    "is skipped": "@pytest.mark.skip(reason='not today')\ndef test_it(): assert False",
    "has a mark in its file": "pytestmark = pytest.mark.skipif(True, reason='no')\ndef test_it(): assert False",
    "names a fixture by mark": """
        SEEN = []
        @pytest.fixture
        def noted(): SEEN.append(1)
        @pytest.mark.usefixtures('noted')
        def test_it(): assert SEEN""",
    "has an automatic fixture": """
        SEEN = []
        @pytest.fixture(autouse=True)
        def noted(): SEEN.append(1)
        def test_it(): assert SEEN""",
    "has a module that is set up": "READY = []\ndef setup_module(): READY.append(1)\ndef test_it(): assert READY",
    "is set up": "READY = []\ndef setup_function(): READY.append(1)\ndef test_it(): assert READY",
    "cleans up": "@pytest.fixture\ndef opened():\n    yield 3\ndef test_it(opened): assert opened == 3",
    "shares a fixture": "@pytest.fixture(scope='module')\ndef shared(): return [1]\ndef test_it(shared): assert shared",
    "has a fixture with parameters": """
        @pytest.fixture(params=[3])
        def three(request): return request.param
        def test_it(three): assert three == 3""",
    "takes pytest's own": "def test_it(monkeypatch): monkeypatch.setenv('A', '1')",
    "asks for a fixture by name": """
        @pytest.fixture
        def three(request): return request.getfixturevalue('double') and 3
        def test_it(three): assert three == 3""",
    "takes another way of the grader's": "@pytest.fixture\ndef rng(rng): return 3\ndef test_it(rng): assert rng == 3",
    "is a method": "class TestIt:\n    def test_it(self): assert type(self).__name__ == 'TestIt'",
}


MARK = "@pytest.mark.check(points=1, pl='Tak', en='So')"
HOOK = "def pytest_runtest_setup(item): item.obj.__globals__['SEEN'] = [1]"


def outcome(folder: Path, test: str, conftest: str = "") -> tuple[CheckResult, bool]:
    """The verdict of a hidden test, and whether it ran as a plain one."""
    source = re.sub(r"^( *)def test_it", rf"\1{MARK}\n\1def test_it", dedent(test), flags=re.MULTILINE)
    write_course(folder, {"1": {"test_it.py": f"import pytest\n{source}\n"}})
    (folder / "conftest.py").write_text(dedent(conftest), "utf-8")
    with Suite(loader.load(folder)) as suite:
        assert suite.checks("1")
        (result,) = suite.run("1", Subject("double", Function("double", lambda cases: [])), (1, 2))
        return replace(result, duration_s=0), len(suite._plugin._plain) == 1


@pytest.mark.parametrize("what", PLAIN)
def test_a_test_that_uses_nothing_of_pytests_steps_means_the_same_without_them(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, plain = outcome(tmp_path / "ćwiczenia", PLAIN[what])
    assert plain
    monkeypatch.setattr(suite, "plain_test", lambda *args: None)
    assert outcome(tmp_path / "in steps", PLAIN[what]) == (result, False)


@pytest.mark.parametrize("what", PYTESTS)
def test_a_test_that_uses_pytests_steps_has_them(what: str, tmp_path: Path) -> None:
    result, plain = outcome(tmp_path / "ćwiczenia", PYTESTS[what])
    assert not plain
    skipped = "skip" in PYTESTS[what]
    assert (result.status, result.message) == (CheckStatus.NOT_RUN if skipped else CheckStatus.PASSED, result.message)


@pytest.mark.parametrize("test", ["def test_it(): assert SEEN", "def test_it(rng): assert SEEN"])
def test_a_conftest_with_a_part_in_how_tests_run_has_it(test: str, tmp_path: Path) -> None:
    result, plain = outcome(tmp_path / "ćwiczenia", test, HOOK)
    assert (result.status, plain) == (CheckStatus.PASSED, False)


def test_what_a_test_returns_to_be_awaited_has_not_passed(tmp_path: Path) -> None:
    test = "async def later(): assert False\ndef test_it():\n    call = later()\n    call.close()\n    return call"
    result, plain = outcome(tmp_path / "ćwiczenia", test)
    assert (result.status, plain) == (CheckStatus.FAILED, True)


def test_tests_of_both_kinds_stand_side_by_side(tmp_path: Path) -> None:
    fixture = "@pytest.fixture(scope='module')\ndef shared(): return [1]\n"
    tests = [
        "def test_a(shared): shared.append(0)",
        "def test_b(): pass",
        "def test_c(shared): assert shared == [1, 0]",
    ]
    source = f"import pytest\n{fixture}" + "".join(
        f"@pytest.mark.check(points={points}, pl='Tak', en='So')\n{test}\n"
        for points, test in zip((1, 0, 0), tests, strict=True)
    )
    write_course(tmp_path / "course", {id: {"test_it.py": source} for id in ("1", "2")})
    with Suite(loader.load(tmp_path / "course")) as suite:
        for id in ("1", "2", "1"):
            results = suite.run(id, Subject("double", Function("double", lambda cases: [])), (1, 2))
            assert [one.status for one in results] == [CheckStatus.PASSED] * 3, results
