"""A record holds a whole grade and is found again; one grader at a time works in a folder."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader.batch import store
from grader.batch.changes import WHY
from grader.batch.run import Plan, run_batch
from grader.batch.workers import grade_all
from grader.course.course import Course
from grader.errors import UsageError
from grader.kernel.pythons import Versions
from grader.people import Id, Namespace
from grader.report import json_report
from grader.report.run import Run
from grader.submissions.find import find
from grader.submissions.submission import Submission, fingerprint
from tests import sample_run
from tests.batch.conftest import CONFIG, FakeEngine
from tests.conftest import ROOT
from tests.sample_files import lay_out, notebook


def test_a_record_holds_all_of_a_grade(course: Course, tmp_path: Path) -> None:
    samples = ROOT / "tests" / "samples"
    lay_out(tmp_path / "in" / "anna", {"1a.ipynb": notebook("def get_linear_forward(x): 1 / 0"), "1b.ipynb": ""})
    paths = [samples / "typical_mistakes.ipynb", ROOT / "tests" / "notebooks" / "running" / "os-exit.ipynb"]
    submissions = [*find(paths).submissions, *find([tmp_path / "in"], ["1a", "1b"]).submissions]
    grades = grade_all(submissions, course, CONFIG, 2)
    with store.open_store(tmp_path / "out", store.terms(course, CONFIG)) as kept:
        for submission, grade in zip(submissions, grades, strict=True):
            stored = kept.keep(submission, grade)
            assert stored.grade == grade
            assert kept.load(submission) == stored
            assert fingerprint(submission) == grade.digest
        known = [stored.grade for one in submissions if (stored := kept.load(one)) is not None]
    texts = [json_report.text(Run(tuple(run), course, replace(CONFIG, lang="pl"))) for run in (grades, known)]
    assert texts[0] == texts[1]


def test_another_python_is_another_term_with_a_reason(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "versions", lambda python: Versions("3.12.1" if python else "3.11.7", "2.0.2"))
    own, other = store.terms(course, CONFIG), store.terms(course, replace(CONFIG, python="/żółw/bin/python"))
    assert [name for name in own if own[name] != other[name]] == ["python"]
    assert own.keys() <= WHY.keys()


def test_half_a_character_keeps_nobody_from_a_record(course: Course, tmp_path: Path) -> None:
    assert "\\ud800" in ascii(sample_run.MIXED.exercises[0].checks[1].actual)
    submission = Submission("Ada Lovelace", "work/ada.ipynb", (), (Id(Namespace.MOODLE, "1234567"),))
    with store.open_store(tmp_path, store.terms(course, CONFIG)) as kept:
        kept.keep(submission, sample_run.MIXED)
        record = kept.read_record(submission)
    assert record is not None
    told = [json.loads(json_report.text(sample_run.run(grade))) for grade in (record.grade, sample_run.MIXED)]
    assert told[0] == told[1]


def test_what_is_no_record_of_ours_is_graded_again(engine: FakeEngine, plan: Callable[..., Plan]) -> None:
    run_batch(plan())
    records = sorted((plan().out or Path()).joinpath("submissions").iterdir())
    records[0].write_text("{")
    records[1].write_text('{"terms": {}, "grade": 3}')
    records[2].write_bytes(b"\xff\x00")
    engine.graded.clear()
    run_batch(plan())
    assert engine.graded == ["anna", "ewa", "jan"]


def test_a_records_name_is_one_that_every_file_system_takes() -> None:
    names = ["Łucja Żak", "a/b\\c:d", "..", "CON", "x" * 500, "anna", "Anna", "", "\U0001f600" * 90]
    files = [store.file_name(Submission(name, "")) for name in names]
    assert len({name.casefold() for name in files}) == len(names)
    for name in files:
        assert len(name.encode()) < 120
        assert not set(name) & set('/\\:*?"<>|\0')
    assert files[0].startswith("Łucja_Żak-")


def test_one_grader_at_a_time_works_in_a_folder(
    plan: Callable[..., Plan], engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = (
        "import sys\nfrom pathlib import Path\nfrom grader.batch.store import open_store\n"
        f"with open_store(Path({str(tmp_path / 'out')!r}), {{}}):\n"
        "    print('locked', flush=True); sys.stdin.read()"
    )
    monkeypatch.setattr(store, "LOCK_WAIT_S", 0.3)
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(UsageError, match="another grade is working in this folder"):
            run_batch(plan())
        other.kill()
    run_batch(plan())


def test_what_can_not_be_read_is_graded_once_and_again_when_the_reason_is_another(
    engine: FakeEngine, plan: Callable[..., Plan], tmp_path: Path
) -> None:
    (tmp_path / "in" / "zoja.ipynb").write_text("no JSON")
    (tmp_path / "in" / "paczka.zip").write_bytes(b"PK")
    (tmp_path / "in" / "pusta.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    for name in ("łącze", "znika"):
        (tmp_path / "in" / name).mkdir()
        (tmp_path / "in" / name / "x.ipynb").symlink_to("x.ipynb")
    run_batch(plan())
    assert {"zoja", "paczka", "pusta", "łącze", "znika"} <= set(engine.graded)
    engine.graded.clear()
    before, again = plan(), plan()
    assert [grade.status for grade in run_batch(before).grades] == [grade.status for grade in run_batch(again).grades]
    assert engine.graded == []
    (tmp_path / "in" / "zoja.ipynb").write_text("no JSON either")
    (tmp_path / "in" / "łącze" / "x.ipynb").unlink()
    (tmp_path / "in" / "łącze" / "x.ipynb").mkdir()
    (tmp_path / "in" / "łącze" / "x.ipynb" / "w.ipynb").write_text(notebook("1"))
    (tmp_path / "in" / "znika" / "x.ipynb").unlink()
    (tmp_path / "in" / "znika" / "x.ipynb").write_text(notebook("1"))
    run_batch(plan())
    assert sorted(engine.graded) == ["znika", "zoja", "łącze"]


def test_what_was_ungraded_is_graded_again_for_what_it_needs_may_be_there_by_now(
    course: Course, tmp_path: Path
) -> None:
    (tmp_path / "anna.ipynb").write_text(notebook("x = 1"))
    (anna,) = find([tmp_path / "anna.ipynb"]).submissions
    known = replace(sample_run.RIGHT, digest=fingerprint(anna))
    lacking = replace(sample_run.UNGRADED, digest=fingerprint(anna))
    with store.open_store(tmp_path / "out", store.terms(course, CONFIG)) as kept:
        kept.keep(anna, known)
        assert kept.load(anna) is not None
        kept.keep(anna, lacking)
        assert kept.load(anna) is None
        record = kept.read_record(anna)
    assert record is not None
    assert [one.status for one in record.grade.exercises] == [one.status for one in lacking.exercises]
    assert record.grade.needs == lacking.needs
