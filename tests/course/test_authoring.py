"""`grade-course` as an author uses it: the steps of CONTRIBUTING, its exit codes, and what it prints and writes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader.course import authoring, loader
from grader.course.course import Course
from grader.i18n import Lang
from tests.conftest import ROOT

pytestmark = pytest.mark.xdist_group("authoring")
STEP = re.compile(
    r"""
    ^(?P<indent>\ *)(?:`(?P<file>my-course/[\w./-]+)`\n(?P=indent))?   # the file's name stands before its text
    ```(?P<language>sh|toml|python|markdown)\n
    (?P<text>.*?)
    ^(?P=indent)```$
    """,
    re.DOTALL | re.MULTILINE | re.VERBOSE,
)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """A command line of the docs, as a person types it, with this environment's commands."""
    caches = {"PYTHONDONTWRITEBYTECODE": "1"}  # what Python itself adds to a folder is none of the steps' doing
    env = {
        **os.environ,
        **caches,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LC_ALL": "C.UTF-8",
    }
    return subprocess.run(
        command, shell=True, cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8", timeout=100
    )


def steps() -> Iterator[re.Match[str]]:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    return STEP.finditer(text[text.index("## Start a course") :])


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[subprocess.CompletedProcess[str]]]:
    """CONTRIBUTING, step by step: the folder, and what the commands gave."""
    folder = tmp_path_factory.mktemp("author")
    done = []
    for step in steps():
        text = textwrap.dedent(step["text"])
        if step["language"] == "sh":
            done += [run(line, folder) for line in text.splitlines()]
        elif step["file"]:
            path = folder / step["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        else:
            with (folder / "my-course" / "course.toml").open("a", encoding="utf-8") as file:
                file.write("\n" + text)
    return folder, done


def test_the_steps_of_contributing_add_an_exercise_and_a_mistake(
    followed: tuple[Path, list[subprocess.CompletedProcess[str]]],
) -> None:
    folder, done = followed
    assert [(step.args, step.returncode, step.stderr) for step in done] == [
        ("grade-course new my-course", 0, ""),
        ("grade-course check --course my-course", 0, ""),
        ("grade-course build --course my-course --out my-notebooks", 0, ""),
        ("grade-course check --course my-course --exercise 2", 0, ""),
        ("grade-course check --course my-course --verbose", 0, ""),
    ]
    assert sorted(path.name for path in folder.joinpath("my-notebooks").iterdir()) == ["1.ipynb", "workshop.ipynb"]
    assert sorted(path.name for path in folder.joinpath("my-course", "2").rglob("*.*")) == [
        "first-one.py", "loop.py", "solution.py", "statement.en.md", "statement.pl.md", "still-celsius.py", "stub.py",
        "test_2.py", "visible.py",
    ]  # fmt: skip


def test_what_check_prints_is_a_table_that_can_be_read(
    followed: tuple[Path, list[subprocess.CompletedProcess[str]]],
) -> None:
    lines = [line.rstrip() for line in followed[1][-1].stdout.splitlines()]
    assert (
        lines
        == """\
1  Degrees Fahrenheit
  1. Converts whole degrees
  2. Converts any temperatures
  known mistake     1    2    named
  offset-left-out   ✗    ✗
  whole-division    ✗    ✗
  mutants           28   28

2  The warmest measurement
  1. Finds the largest
  known mistake   1   named
  still-celsius   ✗
  mutants         4

Right solutions pass; idle functions and wrong answers earn nothing; known
mistakes and mutants are refused, mistakes named:
                            right  earn 0  mistakes  named  mutants  equivalent
1  Degrees Fahrenheit         3/3     8/8       2/2    2/2    28/28           0
2  The warmest measurement    2/2     9/9       1/1    1/1      4/4           0

Proved under 5 seeds.""".splitlines()
    )


def test_the_notebooks_of_a_new_course_are_graded_stub_and_solution(
    followed: tuple[Path, list[subprocess.CompletedProcess[str]]], tmp_path: Path
) -> None:
    folder, _ = followed
    stub = folder / "my-notebooks" / "1.ipynb"
    done = run(f"grade --course my-course {stub} --report json=stub.json", folder)
    assert done.returncode == 1, done.stderr
    assert score(folder / "stub.json") == (0, 2)
    notebook = json.loads(stub.read_text("utf-8"))
    solution = (folder / "my-course" / "1" / "solution.py").read_text("utf-8")
    next(cell for cell in notebook["cells"] if cell["id"] == "1-solution")["source"] = solution
    folder.joinpath("solved.ipynb").write_text(json.dumps(notebook), "utf-8")
    done = run("grade --course my-course solved.ipynb --exercise 1 --report json=solved.json", folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert score(folder / "solved.json") == (2, 2)


def score(path: Path) -> tuple[float, float]:
    notebook = json.loads(path.read_text("utf-8"))["submissions"][0]
    exercise = next(exercise for exercise in notebook["exercises"] if exercise["id"] == "1")
    return exercise["points"], exercise["max_points"]


def test_new_refuses_a_folder_that_is_not_empty(tmp_path: Path) -> None:
    tmp_path.joinpath("course").mkdir()
    tmp_path.joinpath("course", "mine.txt").write_text("keep", "utf-8")
    done = run("grade-course new course", tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "grade-course: course already exists and is not empty. Choose another folder for the new course.\n"
    )
    assert [path.name for path in tmp_path.rglob("*.*")] == ["mine.txt"]


def test_check_exits_with_1_and_lists_what_is_not_proved_and_the_page_says_it_too(tmp_path: Path) -> None:
    run("grade-course new course", tmp_path)
    tmp_path.joinpath("course", "1", "mistakes", "none.py").write_text(
        '"""pl: Nic.\nen: Nothing.\n"""\n\n\ndef to_fahrenheit(celsius):\n    return 1.8 * celsius + 32\n', "utf-8"
    )
    done = run("grade-course check --course course --seeds 1 --jobs 1 --lang pl --out docs/page.md", tmp_path)
    assert done.returncode == 1, done.stderr
    assert done.stdout.splitlines()[-2:] == [
        "1: Znany błąd none przechodzi wszystkie sprawdzenia.",
        "1 rzecz pozostaje nieudowodniona.",
    ]
    page = tmp_path.joinpath("docs", "page.md").read_text("utf-8")
    assert "## Not proved\n\n- 1: The known mistake none passes every check.\n\n## 1. Degrees Fahrenheit\n" in page


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("--course nowhere", "nowhere is no course: it has no course.toml, and no installed course has this name."),
        ("--exercise 9", "there is no exercise '9' in this course. Available: 1a, 1b, 2, 3a, 3b, 4, 5, 6"),
        ("--exercise 1a --out page.md", "--out writes the page of the whole course. Leave out --out or --exercise"),
        ("--seeds 0", "Invalid value for '--seeds'"),
    ],
)
def test_check_exits_with_2_and_says_what_is_wrong(options: str, says: str, tmp_path: Path) -> None:
    done = run(f"grade-course check {options}", tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert not list(tmp_path.iterdir())


# ---- the notebooks that are made


def cells(text: str) -> dict[str, str]:
    """A notebook's cells by their ids."""
    return {cell["id"]: "".join(cell["source"]) for cell in json.loads(text)["cells"]}


@pytest.mark.parametrize(
    ("languages", "title", "statement", "needs"),
    [
        (("pl", "en"), "# Mój kurs", "PL\n\n<details><summary>English</summary>\n\nEN\n\n</details>", "To zadanie"),
        (("en", "pl"), "# My course", "EN\n\n<details><summary>Polski</summary>\n\nPL\n\n</details>", "This exercise"),
        (("en",), "# My course", "EN", "This exercise"),
        (("pl",), "# Mój kurs", "PL", "To zadanie"),
    ],
)
def test_the_first_language_stands_open_and_the_others_are_folded_away(
    languages: tuple[Lang, ...], title: str, statement: str, needs: str, tmp_path: Path
) -> None:
    for name, text in authoring.new_course("kurs").items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for lang in ("pl", "en"):
        path = tmp_path / "1" / f"statement.{lang}.md"
        path.write_text(lang.upper() + "\n") if lang in languages else path.unlink()
    toml = tmp_path / "course.toml"
    written = toml.read_text("utf-8")
    second = (
        written[written.index("[[exercises]]") :].replace('id = "1"', 'id = "2"').replace("to_fahrenheit", "warmest")
    )
    toml.write_text(
        written.replace('languages = ["pl", "en"]', f"languages = {json.dumps(languages)}")
        + "\n"
        + second
        + 'needs = ["1"]\n',
        "utf-8",
    )
    shutil.copytree(tmp_path / "1", tmp_path / "2")
    notebooks = authoring.stub_notebooks(loader.load(tmp_path))
    assert sorted(notebooks) == ["1.ipynb", "2.ipynb", "workshop.ipynb"]
    made = cells(notebooks["2.ipynb"])
    assert (made["title"], made["imports"], made["2-statement"]) == (title, "import numpy as np", statement)
    assert made["earlier-text"].startswith(needs)
    assert made["earlier-text"].count("`to_fahrenheit`") == len(languages)


def test_the_opening_cells_are_the_courses_own(course: Course) -> None:
    own = replace(course, opening=(course.folder / "data.py", course.folder / "imports.py"))
    made = authoring.stub_notebooks(own)
    assert all(list(cells(text))[:3] == ["title", "data", "imports"] for text in made.values())
    bare = authoring.stub_notebooks(replace(course, opening=()))
    assert list(cells(bare["1a.ipynb"])) == ["title", "1a-statement", "1a-solution", "1a-asserts"]


@pytest.mark.parametrize("name", ["Mój Kurs!", "źdźbło", "a/b", "---"])
def test_a_new_course_has_an_id_without_odd_characters(name: str) -> None:
    toml = authoring.new_course(name)["course.toml"]
    assert re.search(r'^id = "[a-z0-9]+(-[a-z0-9]+)*"$', toml, re.MULTILINE)
