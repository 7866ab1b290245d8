"""The grader from Python."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader import Config, Course, Grade, Grader, find, grade_all, load_course, report_text
from grader.errors import CourseError, UsageError
from tests.conftest import ROOT

SAMPLES = ROOT / "tests" / "samples"


def test_a_notebook_is_graded_as_the_command_grades_it() -> None:
    graded = grader.grade(SAMPLES / "typical_mistakes.ipynb")
    assert isinstance(graded, Grade)
    assert (graded.score, graded.max_score, graded.bonus) == (10, 18, 1)
    assert [result.status.value for result in graded.exercises].count("failed") == 3


def test_several_come_in_their_order_with_a_course_and_settings() -> None:
    course, seen = load_course(ROOT / "reference"), []
    paths = [str(SAMPLES / name) for name in ("typical_mistakes.ipynb", "solved.ipynb")]
    graded = grade_all(paths, course, Config(lang="en", only=("3b",)), jobs=2, progress=seen.append)
    assert isinstance(course, Course)
    assert [(item.notebook.path, item.score, item.max_score) for item in graded] == [
        (paths[0], 0, 2),
        (paths[1], 2, 2),
    ]
    assert sorted(map(id, seen)) == sorted(map(id, graded))


def test_what_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="none"):
        grader.grade(tmp_path / "none.ipynb")
    with pytest.raises(CourseError, match=r"course\.toml"):
        load_course(tmp_path)
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        grader.nothing_of_the_kind  # noqa: B018


def test_one_grader_serves_notebook_after_notebook() -> None:
    names = ("typical_mistakes.ipynb", "solved.ipynb", "typical_mistakes.ipynb")
    with Grader(config=Config(lang="en")) as one:
        assert [one.grade(SAMPLES / name).score for name in names] == [10, 18, 10]
        assert "PYTEST_DISABLE_PLUGIN_AUTOLOAD" not in os.environ
        text = report_text(one.grade(SAMPLES / names[0]), "markdown", config=one.config)
    assert "10 of 18" in text or "10 / 18" in text or "10/18" in text, text


def test_what_a_folder_holds_is_found_and_graded(tmp_path: Path) -> None:
    for name, sample in (("ada", "solved"), ("jan", "typical_mistakes")):
        (tmp_path / name).mkdir()
        shutil.copy(SAMPLES / f"{sample}.ipynb", tmp_path / name / "work.ipynb")
    submissions = find(tmp_path)
    assert [submission.participant for submission in submissions] == ["ada", "jan"]
    assert [graded.score for graded in grade_all(submissions)] == [18, 10]
    with pytest.raises(UsageError, match="find"):
        grader.grade(tmp_path)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (Config(sandbox="strickt"), "strict"),  # type: ignore[arg-type]
        (Config(kernel="hot"), "warm"),  # type: ignore[arg-type]
        (Config(lang="de"), "pl"),  # type: ignore[arg-type]
        (Config(only=("7",)), "1a"),
    ],
    ids=["sandbox", "kernel", "lang", "only"],
)
def test_a_setting_that_cannot_be_is_an_error_that_names_what_can(config: Config, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        grader.grade(SAMPLES / "solved.ipynb", config=config)


def test_an_unknown_report_is_an_error_that_names_the_known() -> None:
    with pytest.raises(UsageError, match="markdown"):
        report_text([], "markdwon")


def test_a_cell_of_a_notebook_can_grade() -> None:
    async def cell() -> Grade:  # a notebook's cells are run by an event loop
        return grader.grade(SAMPLES / "solved.ipynb")

    assert asyncio.run(cell()).score == 18


def test_a_caller_reads_no_warnings_of_ours() -> None:
    code = f"import logging; logging.basicConfig(); from grader import grade; grade({str(SAMPLES / 'solved.ipynb')!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_public_name_is_documented_and_there() -> None:
    page = (ROOT / "docs" / "python.md").read_text("utf-8")
    for name in grader.__all__:
        assert getattr(grader, name) is not None
        assert name in page or name.startswith("__")
        assert name in dir(grader)


def test_the_code_of_the_docs_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(SAMPLES / "typical_mistakes.ipynb", tmp_path / "ada.ipynb")
    shutil.copy(SAMPLES / "solved.ipynb", tmp_path / "jan.ipynb")
    shutil.copytree(SAMPLES, tmp_path / "submissions")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "python.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), {"__name__": "__main__"})
