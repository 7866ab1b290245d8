"""The same work is named as the same; short right answers and common mistakes never are."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import html5lib
import pytest

from grader.errors import UsageError
from grader.i18n import render
from grader.model import Cell, CheckStatus, Diagnosis, ExerciseStatus, Grade, SubmissionStatus
from grader.report import destinations, json_report, same_work, terminal
from grader.report.page import page
from grader.report.page.people import participants
from grader.report.run import Run
from tests.sample_run import COURSE, MIXED, _check, _result, run

SHORT = "def double(x):\n    return 2 * x"
LONG = (
    "def double(x):\n" + "".join(f"    step_{n} = x + {n} - {n}\n" for n in range(16)) + "    return step_0 + step_15"
)
WRONG = "def double(x):\n    strange = x * x * x\n    stranger = strange / (x + 17)\n    return stranger - 42"
P, F = ExerciseStatus.PASSED, ExerciseStatus.FAILED


def person(name: str, *answers: tuple[str, ExerciseStatus], mistakes: tuple[str, ...] = ()) -> Grade:
    """Somebody whose exercises are in a cell each, with these mistakes."""
    cells = tuple(Cell(place, source) for place, (source, _) in enumerate(answers))
    results = []
    for place, (_, status) in enumerate(answers):
        diagnosis = Diagnosis(mistakes[place], "hint") if place < len(mistakes) and mistakes[place] else None
        check = _check("it", CheckStatus.FAILED, diagnosis=diagnosis)
        results.append(_result(COURSE.exercises[place].id, status, 0.0, check, cell=place))
    notebook = replace(MIXED.notebook, participant=name, path=f"{name}.ipynb", cells=cells)
    return Grade(notebook, SubmissionStatus.GRADED, 1.0, tuple(results))


def found(*grades: Grade) -> list[tuple[str, str, tuple[str, ...]]]:
    made = run(*grades)
    return [
        (render(same_work.WORDS[same.what], "en"), same_work.names(same, made), same.exercises)
        for same in same_work.same_work(made)
    ]


def test_short_right_answers_are_nobodys() -> None:
    assert found(person("Ala", (SHORT, P), (SHORT, P)), person("Ola", (SHORT, P), (SHORT, P))) == []


def test_a_whole_notebook_is_named_once_with_all_who_have_it() -> None:
    people = [person(name, (LONG, P), (WRONG, F)) for name in ("Ala", "Ola", "Żak")]
    other = person("Ela", (SHORT, P), (SHORT, P))
    assert found(*people[:2], other, people[2]) == [("the same notebook", "Ala, Ola, Żak", ())]


def test_a_notebook_with_other_comments_is_another_and_its_wrong_code_is_the_same() -> None:
    one, other = person("Ala", (SHORT, P), (WRONG, F)), person("Ola", (SHORT, P), (WRONG + "  # moje", F))
    assert found(one, other) == [("the same wrong code", "Ala, Ola", ("2",))]


def test_what_was_handed_out_is_nobodys(tmp_path: Path) -> None:
    folder = tmp_path / "1"
    folder.mkdir()
    (folder / "stub.py").write_text(LONG, "utf-8")
    course = replace(COURSE, exercises=(replace(COURSE.exercises[0], folder=folder),))
    people = (person("Ala", (LONG, F)), person("Ola", (LONG, F)))
    assert same_work.same_work(Run(people, course, run().config)) == []
    assert same_work.same_work(run(*people)), "without the hand-out it would be the same"


def test_wrong_code_that_many_have_is_a_common_mistake() -> None:
    assert found(*(person(f"Ala {n}", (WRONG, F)) for n in range(3)))
    assert found(*(person(f"Ala {n}", (WRONG, F)) for n in range(4))) == []


@pytest.mark.parametrize("source", ["def double(x):\n    return x + 2", "", "def double(x)"])
def test_a_short_slip_is_nobodys(source: str) -> None:
    assert found(person("Ala", (source, F)), person("Ola", (source, F))) == []


def test_two_rare_mistakes_are_the_same_and_one_may_be_chance() -> None:
    def somebody(name: str, *mistakes: str) -> Grade:
        return person(name, (f"{SHORT} + {len(name)}", F), (f"{SHORT} - {name!r}", F), mistakes=mistakes)

    others = [somebody(f"Osoba {n}", "usual", "usual") for n in range(10)]
    assert found(*others, somebody("Ala", "odd", "odder"), somebody("Ola", "odd", "odder")) == [
        ("the same rare mistakes", "Ala, Ola", ("1", "2"))
    ]
    assert found(*others, somebody("Ala", "odd", "x"), somebody("Ola", "odd", "y")) == []
    assert found(*others[:5], somebody("Ala", "odd", "odder"), somebody("Ola", "odd", "odder")) == []


def test_the_table_of_a_class_says_who_has_the_same() -> None:
    text = terminal.text(run(person("Ala", (LONG, P)), person("Ola", (LONG, P)), lang="pl"))
    assert "taki sam notatnik: Ala, Ola" in " ".join(text.split())


def test_the_page_says_who_has_the_same_and_leads_to_them() -> None:
    made = run(person("Ala", (LONG, P)), person("Ola <b>", (LONG, P)), person("Żak", (SHORT, P)))
    section = html5lib.parse(page.text(made), namespaceHTMLElements=False).find(".//section[@aria-labelledby='same']")
    assert [link.get("href") for link in section.iter("a")] == [f"#{one.key}" for one in participants(made)[:2]]
    assert " ".join("".join(section.itertext()).split()).endswith("can't tell why. the same notebook 2 Ala, Ola <b>")
    alone = page.text(run(*made.grades[1:]))
    assert 'id="same"' not in alone
    assert 'href="#same"' not in alone


def test_the_json_says_who_has_the_same() -> None:
    people = [person(name, (LONG, P), (f"{WRONG}  # {name}", F)) for name in ("Ala", "Ola")]
    envelope = json.loads(json_report.text(run(*people)))
    assert envelope["same"] == [
        {
            "what": "wrong_code",
            "participants": ["Ala", "Ola"],
            "paths": ["Ala.ipynb", "Ola.ipynb"],
            "exercises": ["2"],
        }
    ]
    assert "same" not in json.loads(json_report.text(run(*people[:1])))


def test_everybodys_code_goes_into_a_folder_of_their_own(tmp_path: Path) -> None:
    people = (person("Żak, Łucja", (WRONG, F), (SHORT, P)), person("=Ala/..", (SHORT, P)), person("Nic"))
    (place,) = destinations.destinations([f"similarity={tmp_path / 'kod'}"], {})
    destinations.deliver(run(*people), [place], {}, passed=True)
    with (tmp_path / "kod" / "info.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["full_name"] for row in rows] == ["Żak, Łucja", "'=Ala/.."]
    sources = [(tmp_path / "kod" / row["filename"]).read_text("utf-8") for row in rows]
    assert sources == [f"# %% 1\n{WRONG}\n\n# %% 2\n{SHORT}\n\n", f"# %% 1\n{SHORT}\n\n"]
    assert {path.parent for path in (tmp_path / "kod").glob("*/*")} == {
        path for path in (tmp_path / "kod").iterdir() if path.is_dir()
    }
    with pytest.raises(UsageError, match="--report similarity=FOLDER"):
        destinations.destinations(["similarity"], {})
