"""`grade-course` as an author uses it: the steps of CONTRIBUTING, its exit codes, and what it prints and writes."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
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
    assert all(list(cells(text))[:3] == ["title", "welcome", "data"] for text in made.values())
    bare = authoring.stub_notebooks(replace(course, opening=()))
    assert list(cells(bare["1a.ipynb"])) == ["title", "welcome", "1a-statement", "1a-solution", "1a-asserts"]


@pytest.mark.parametrize("name", ["Mój Kurs!", "źdźbło", "a/b", "---"])
def test_a_new_course_has_an_id_without_odd_characters(name: str) -> None:
    toml = authoring.new_course(name)["course.toml"]
    assert re.search(r'^id = "[a-z0-9]+(-[a-z0-9]+)*"$', toml, re.MULTILINE)


# ---- the notebooks of the built-in course


@pytest.fixture(scope="module")
def handed_out(course: Course) -> dict[str, str]:
    return authoring.stub_notebooks(course)


def test_every_notebook_begins_with_how_the_day_goes(handed_out: dict[str, str]) -> None:
    for text in handed_out.values():
        made = cells(text)
        assert list(made)[:2] == ["title", "welcome"]
        assert made["welcome"].startswith("Zbudujesz dziś")
        assert "<details><summary>English</summary>\n\nToday you build" in made["welcome"]


def test_pictures_are_inside_the_notebook(handed_out: dict[str, str]) -> None:
    made = cells(handed_out["workshop.ipynb"])
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", "\n".join(made.values()))
    assert len(pictures) == 8  # four, each in two languages
    for picture in pictures:
        head, _, data = picture.partition(",")
        assert head == "data:image/svg+xml;base64"
        assert ElementTree.fromstring(base64.b64decode(data)).tag.endswith("svg")


def test_no_line_of_code_runs_out_of_its_cell(handed_out: dict[str, str]) -> None:
    for text in handed_out.values():
        code = [cell["source"] for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        assert [line for lines in code for line in "".join(lines).splitlines() if len(line) > 79] == []


def test_what_experiments_share_stands_folded_before_the_first(handed_out: dict[str, str]) -> None:
    for name, first in (("workshop.ipynb", "5-experiment"), ("5.ipynb", "5-experiment"), ("6.ipynb", "6-experiment")):
        listed = list(cells(handed_out[name]))
        assert listed[listed.index(first) - 1] == "tools"
        assert listed.count("tools") == 1
        tools = next(cell for cell in json.loads(handed_out[name])["cells"] if cell["id"] == "tools")
        assert tools["metadata"]["jupyter"]["source_hidden"]
    assert "tools" not in cells(handed_out["4.ipynb"])


def test_a_single_exercise_names_all_that_its_cells_call(handed_out: dict[str, str]) -> None:
    named = {
        name: re.findall(r"`(\w+)`", cells(text).get("earlier-text", "").split("\n")[0])
        for name, text in handed_out.items()
    }
    assert named["1a.ipynb"] == named["4.ipynb"] == []
    assert named["2.ipynb"] == ["get_linear_forward", "compute_mse_loss"]
    assert named["5.ipynb"] == ["get_linear_forward", "compute_mse_loss", "get_backprop", "update_params"]
    assert named["6.ipynb"] == ["get_linear_forward", "compute_mse_loss", "train", "get_backprop", "update_params"]


def run_cells(*sources: str) -> tuple[str, dict[str, object]]:
    """What the cells print, and the names that they leave."""
    namespace: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        for source in sources:
            exec(source, namespace)
    return printed.getvalue(), namespace


def opened(course: Course) -> list[str]:
    return [path.read_text("utf-8") for path in course.opening]


def test_asserts_say_that_it_works(course: Course) -> None:
    printed, _ = run_cells(*authoring.solved_sources(course))
    for exercise in course.exercises:
        assert f"Zadanie {exercise.id}: działa / Exercise {exercise.id}: it works\n" in printed


@pytest.mark.parametrize("id", ["1a", "1b", "2", "3a", "3b", "4", "5", "6"])
def test_asserts_say_of_a_stub_in_a_sentence_what_is_wrong(id: str, course: Course) -> None:
    exercise = course.exercise(id)
    earlier = [(other.folder / "solution.py").read_text("utf-8") for other in course.exercises if other.id < id]
    with pytest.raises(AssertionError, match=f"{exercise.function} zwraca None: .* / it returns None: "):
        run_cells(*opened(course), *earlier, exercise.stub, (exercise.folder / "visible.py").read_text("utf-8"))


def breaking(visible: str, answer: str, *earlier: str) -> str:
    """What goes wrong in the asserts themselves; empty where they pass, say what is wrong, or the answer raises."""
    _, namespace = run_cells(*earlier)
    try:
        with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"):
            exec(compile(answer, "answer", "exec"), namespace)
            exec(visible, namespace)
    except AssertionError as error:
        return "" if " / " in str(error) else f"AssertionError without a sentence: {error}"
    except Exception as error:
        frames = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
        return "" if "answer" in frames else repr(error)
    return ""


@pytest.mark.parametrize("id", ["1a", "1b", "2", "3a", "3b", "4", "5", "6"])
def test_whatever_an_answer_returns_the_asserts_themselves_do_not_break(id: str, course: Course) -> None:
    exercise = course.exercise(id)
    before = [other.folder / "solution.py" for other in course.exercises if other.id < id]
    earlier = [*opened(course), *(path.read_text("utf-8") for path in before)]
    visible = (exercise.folder / "visible.py").read_text("utf-8")
    values = ["1", "1.5", "'a'", "[]", "(1, 2)", "(x, 1)", "(1, 2, 3)", "([1], [2])", "{'w': 1}", "x",
              "np.ones((3, 3))", "(np.ones(3), np.ones(3))", "(np.ones((3, 1)), 1)"]  # fmt: skip
    head = next(line for line in exercise.stub.splitlines() if line.startswith("def "))
    answers = {value: f"{head}\n    x = np.arange(3)\n    return {value}" for value in values}
    answers |= {path.stem: path.read_text("utf-8") for path in (exercise.folder / "mistakes").glob("*.py")}
    assert {name: told for name, answer in answers.items() if (told := breaking(visible, answer, *earlier))} == {}


def drawn(course: Course, *sources: str) -> tuple[str, list[str]]:
    """What the experiments of 5 and 6 print and draw after these cells."""
    tools = (course.folder / "experiment.py").read_text("utf-8")
    calls = [(course.folder / id / "experiment.py").read_text("utf-8") for id in ("5", "6")]
    shown: list[str] = []
    spy = "_shown = []\ndef display(picture): _shown.append(picture.data)"
    printed, namespace = run_cells(*opened(course), *sources, tools, spy, *calls)
    shown += namespace["_shown"]  # type: ignore[arg-type]
    return printed, shown


def test_the_experiments_show_the_lesson(course: Course) -> None:
    solved = [(exercise.folder / "solution.py").read_text("utf-8") for exercise in course.exercises]
    printed, pictures = drawn(course, *solved)
    assert printed == ""  # what train prints for the bonus would bury the picture
    three, one = (" ".join(ElementTree.fromstring(picture).itertext()) for picture in pictures)
    assert re.findall(r"alpha = ([\d.]+)", three) == ["0.1", "0.001", "0.0001"]
    losses = [tuple(map(float, found)) for found in re.findall(r"MSE: (\S+) → (\S+)", three + one)]
    (_, first), (_, second), (start, slow), (_, normalized) = losses
    assert first > 1e10
    assert second > 1e9
    assert (start, normalized) == (14596.5, pytest.approx(80.6, abs=1))
    assert slow > 160  # still far after all of its epochs
    assert re.findall(r"epoch (\d+)", three)[2] == "1000"
    for picture in pictures:  # nothing leaves its panel
        points = [
            tuple(map(float, point.split(",")))
            for line in re.findall(r'points="([^"]+)"', picture)
            for point in line.split()
        ]
        assert all(20 <= x <= 220 and 60 <= y <= 150 for x, y in points)


@pytest.mark.parametrize(
    "train",
    [
        "return None",
        "return w",
        "raise ValueError('x')",
        "return float('nan'), 0",
        "return np.inf, np.inf",
        "return w, b",
    ],
)
def test_an_experiment_with_a_wrong_train_says_so_or_draws_what_it_does(train: str, course: Course) -> None:
    solved = [(exercise.folder / "solution.py").read_text("utf-8") for exercise in course.exercises]
    with np.errstate(all="ignore"):
        printed, pictures = drawn(course, *solved, f"def train(x, y, w, b, alpha, epochs):\n    {train}")
    assert ("Najpierw popraw funkcje / Correct the functions first:" in printed) == (not pictures)
    assert all(ElementTree.fromstring(picture) is not None for picture in pictures)


def test_a_written_answer_has_a_cell_of_its_own_below_its_statement() -> None:
    values = loader.load(ROOT / "tests" / "courses" / "values")
    made = authoring.stub_notebooks(values)
    for name in ("workshop.ipynb", "essay.ipynb"):
        cells = json.loads(made[name])["cells"]
        assert [(cell["id"], cell["cell_type"]) for cell in cells[-2:]] == [
            ("essay-statement", "markdown"), ("essay-answer", "markdown"),
        ]  # fmt: skip
        assert "".join(cells[-1]["source"]) == values.exercise("essay").placeholder
