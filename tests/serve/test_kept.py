"""What stays on the disk: after a crash, an upgrade, an export, an erasure."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from grader.batch.store import open_store
from grader.errors import UsageError
from grader.serve import afterwards, database, start
from grader.serve.database import open_database
from grader.serve.graders import Graders
from grader.serve.results import NOTEBOOKS, write_results
from grader.serve.settings import Settings
from grader.serve.start import Plan, erase_what_is_too_old, open_classroom
from tests.serve.conftest import notebook
from tests.serve.test_trainer import hand_in

Serve = Callable[..., Any]


def test_a_restart_goes_on_with_the_same_codes_people_and_grades(serve: Serve) -> None:
    with serve() as served:
        anna, code = served.join("Anna"), served.join_code
        hand_in(served, anna, "right 1a")
    with serve() as served:
        anna.url = served.url
        assert served.join_code == code
        assert '<article class="person"' in anna.get("/").text


def test_what_was_accepted_and_not_graded_is_graded_after_the_restart(
    serve: Serve, plan: Plan, by_words: Graders
) -> None:
    from grader.serve.notebooks import Arrived

    with open_classroom(plan, by_words) as classroom:  # the server that was killed before it graded anything
        classroom.roll.join("Anna", "code", 0.0)
        anna = classroom.roll.everybody()[0]
        classroom.attempts.hand_in(anna, Arrived(notebook("right 1a"), ""), 0.0, False)
    with serve() as served:
        served.settle()
        grade = served.call(lambda: served.classroom.workshop().people[0].grade)
        assert grade is not None
        assert grade.score == 2


def test_what_another_version_of_the_course_graded_is_graded_again(serve: Serve, by_words: Graders) -> None:
    with serve() as served:
        hand_in(served, served.join("Anna"), "right 1a")
        first = served.call(lambda: served.classroom.attempts.everything()[1][0].graded_s)
    with serve(replace(by_words, config=replace(by_words.config, seed=5))) as served:
        served.settle()
        assert served.call(lambda: served.classroom.attempts.everything()[1][0].graded_s) > first


def test_the_database_and_the_link_are_for_their_owners_eyes_only(tmp_path: Path) -> None:
    with open_database(tmp_path):
        modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
    assert modes[database.FILE] == 0o600
    assert set(modes.values()) == {0o600}
    start.write_privately(tmp_path / "link", "secret")
    assert stat.S_IMODE((tmp_path / "link").stat().st_mode) == 0o600


def test_links_in_the_folder_are_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("precious")
    out = tmp_path / "out"
    out.mkdir()
    (out / database.FILE).symlink_to(elsewhere)
    with pytest.raises(UsageError, match="link"), open_database(out):
        pass
    (out / "link").symlink_to(elsewhere)
    start.write_privately(out / "link", "secret")
    assert elsewhere.read_text() == "precious"


def test_an_older_database_is_brought_up_to_date_and_a_newer_one_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_database(tmp_path) as connection:
        connection.execute("INSERT INTO settings VALUES ('old', 'kept')")
    monkeypatch.setattr(
        database,
        "MIGRATIONS",
        (*database.MIGRATIONS, "ALTER TABLE people ADD COLUMN pronoun TEXT; CREATE TABLE extra (x)"),
    )
    with open_database(tmp_path) as connection:
        assert connection.execute("SELECT value FROM settings WHERE name = 'old'").fetchone()[0] == "kept"
        assert connection.execute("SELECT count(pronoun) FROM people").fetchone()[0] == 0
    monkeypatch.undo()
    with pytest.raises(UsageError, match="newer grader"), open_database(tmp_path):
        pass


def test_a_migration_that_breaks_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_database(tmp_path):
        pass
    monkeypatch.setattr(
        database, "MIGRATIONS", (*database.MIGRATIONS, "CREATE TABLE extra (x); CREATE TABLE people (x)")
    )
    with pytest.raises(sqlite3.Error), open_database(tmp_path):
        pass
    monkeypatch.undo()
    with open_database(tmp_path) as connection:
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert "extra" not in names


def test_a_backup_made_while_it_runs_is_whole(serve: Serve, tmp_path: Path) -> None:
    with serve() as served:
        hand_in(served, served.join("Anna"), "right 1a")
        with sqlite3.connect(served.classroom.rules.out / database.FILE) as live:
            (tmp_path / "backup").mkdir()
            with sqlite3.connect(tmp_path / "backup" / database.FILE) as copy:
                live.backup(copy)
    with serve(out=tmp_path / "backup") as served:
        assert served.call(lambda: served.classroom.workshop().people[0].grade.score) == 2


# ---- results


def test_results_hold_the_notebooks_that_count_and_all_reports(serve: Serve) -> None:
    with serve() as served:
        anna = served.join("Anna Żółć")
        hand_in(served, anna, "right 1a", "wrong")
        run = write_results(served.call(served.classroom.workshop), served.classroom.rules.out)
        out = served.classroom.rules.out
    assert [(one.notebook.participant, one.score) for one in run.grades] == [("Anna Żółć", 2)]
    assert "right 1a" in (out / NOTEBOOKS / "Anna Żółć" / "notebook.ipynb").read_text()
    assert {"gradebook.csv", "report.html", "results.json", "mail.csv", "reports"} <= {
        one.name for one in out.iterdir()
    }


@pytest.mark.parametrize(
    "names",
    [
        ["Anna Kot"],
        ["kot42"],
        ["Anna Kot", "Jan Nowak", "kot42", "grupa 1", "Anna Kot Nowak"],
        ["zad 1", "lab 2", "old", "Submission"],
        ["1a", "2b"],
        ["user-12345", "Nowak.17"],
        ["Łucja Żak-Ćma", "O’Brien jr", "李明", "Ω mega"],
        ["किरण शर्मा", "करण शर्मा", "สมชาย ใจดี"],
    ],
)
@pytest.mark.parametrize("files", [["notebook.ipynb"], ["1a.ipynb", "1b.ipynb", "3a.ipynb"]])
def test_any_names_are_told_apart_as_folders(serve: Serve, names: list[str], files: list[str]) -> None:
    with serve() as served:
        for name in names:
            browser = served.join(name)
            for file in files:
                browser.upload(notebook(f"right 1a # {name}"), name=file)
        served.settle()
        run = write_results(served.call(served.classroom.workshop), served.classroom.rules.out)
    assert {grade.notebook.participant for grade in run.grades} == set(names)


def test_somebody_named_like_a_file_of_the_results_stops_nobodys(serve: Serve) -> None:
    with serve() as served:
        for name in ("roster.csv", "trainer-points.csv", "Jan"):
            hand_in(served, served.join(name), "right 1a")
        run = write_results(served.call(served.classroom.workshop), served.classroom.rules.out)
    assert len(run.grades) == 3


def test_a_folder_with_something_else_in_it_is_left_alone(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")
    with serve() as served:
        hand_in(served, served.join("Anna"), "right 1a")
        workshop, out = served.call(served.classroom.workshop), served.classroom.rules.out
        with pytest.raises(UsageError, match="something else"):
            write_results(workshop, out, tmp_path / "mine")
        assert (tmp_path / "mine" / "thesis.txt").read_text() == "precious"
        write_results(workshop, out)
        (out / NOTEBOOKS / "Anna" / "notebook.ipynb").unlink()
        os.symlink(tmp_path / "mine" / "thesis.txt", out / NOTEBOOKS / "Anna" / "notebook.ipynb")
        write_results(workshop, out)
        assert (tmp_path / "mine" / "thesis.txt").read_text() == "precious"
        assert "right 1a" in (out / NOTEBOOKS / "Anna" / "notebook.ipynb").read_text()


def test_the_export_has_the_roster_and_the_trainers_points(serve: Serve, plan: Plan, tmp_path: Path) -> None:
    with serve() as served:
        anna = served.join("Anna")
        hand_in(served, anna, "right 1a")
        served.join("Jan")
        served.call(lambda: served.classroom.roll.note(served.classroom.roll.everybody()[0], 1.5, "=1+1"))
    said = [*afterwards.export(plan.out, tmp_path / "class", plan.course.folder, plan.config)]
    assert len(said) == 2
    assert (tmp_path / "class" / "roster.csv").read_text() == "name\nAnna\nJan\n"
    assert (tmp_path / "class" / "trainer-points.csv").read_text("utf-8-sig").splitlines()[1] == "Anna,,1.5,'=1+1"


# ---- privacy


def test_erasing_a_person_leaves_nothing_of_them(serve: Serve, plan: Plan) -> None:
    with serve() as served:
        hand_in(served, served.join("Anna Kot"), "right 1a SECRET")
        hand_in(served, served.join("Jan"), "right 1a")
        write_results(served.call(served.classroom.workshop), plan.out)
    assert '"Anna Kot"' in afterwards.data_of(plan.out, "anna kot")
    afterwards.erase(plan.out, "Anna Kot", plan.course.folder, plan.config)
    left = b"".join(one.read_bytes() for one in plan.out.rglob("*") if one.is_file())
    assert b"SECRET" not in left
    assert b"Anna" not in left
    assert b"Jan" in left
    with pytest.raises(UsageError, match="nobody called"):
        afterwards.erase(plan.out, "Anna Kot", plan.course.folder, plan.config)


def test_erasing_the_only_one_erases_the_reports_too_and_no_others(serve: Serve, plan: Plan) -> None:
    (plan.out / "report.html").write_text("of an earlier grade -o")
    with serve() as served:
        write_results(served.call(served.classroom.workshop), plan.out)
        assert (plan.out / "report.html").read_text() == "of an earlier grade -o"
        hand_in(served, served.join("Anna Kot"), "right 1a SECRET")
        write_results(served.call(served.classroom.workshop), plan.out)
    afterwards.erase(plan.out, "Anna Kot", plan.course.folder, plan.config)
    left = b"".join(one.read_bytes() for one in plan.out.rglob("*") if one.is_file())
    assert b"Anna" not in left
    assert b"SECRET" not in left


def test_who_is_removed_on_the_board_is_in_no_report_any_more(serve: Serve) -> None:
    with serve() as served:
        out = served.classroom.rules.out
        hand_in(served, served.join("Anna Kot"), "right 1a SECRET")
        hand_in(served, served.join("Jan"), "right 1a")
        for name, left in (("Anna Kot", [b"Jan"]), ("Jan", [])):
            known: dict[str, Any] = {}
            write_results(served.call(served.classroom.workshop), out, known=known)
            assert (out / "gradebook.csv").exists()
            served.call(lambda name=name: served.classroom.roll.remove(served.classroom.roll.by_name(name)))
            write_results(served.call(served.classroom.workshop), out, known=known)
            kept = b"".join(one.read_bytes() for one in out.rglob("*") if one.is_file())
            assert name.encode() not in kept
            assert b"SECRET" not in kept
            assert all(one in kept for one in left)


def test_purging_leaves_nothing_of_anybody(serve: Serve, plan: Plan) -> None:
    with serve() as served:
        hand_in(served, served.join("Anna Kot"), "right 1a SECRET")
        write_results(served.call(served.classroom.workshop), plan.out)
    (plan.out / "my-notes.txt").write_text("the trainer's own")
    afterwards.purge_all(plan.out)
    left = [one for one in plan.out.rglob("*") if one.is_file() and not one.name.startswith(".")]
    assert [one.name for one in left] == ["my-notes.txt"]
    with pytest.raises(UsageError, match="no workshop"):
        afterwards.purge_all(plan.out)


@pytest.mark.parametrize(("days", "is_kept"), [(0, True), (1, False)])
def test_what_was_promised_to_be_erased_is_erased_at_the_next_start(
    serve: Serve, plan: Plan, days: int, is_kept: bool
) -> None:
    with serve() as served:
        served.join("Anna")
        until = date.today() - timedelta(days=days)
        served.call(lambda: served.classroom.settings.set_keep_until(until.isoformat()))
    said: list[Any] = []
    erase_what_is_too_old(plan.out, said.append)
    with open_database(plan.out) as connection:
        assert connection.execute("SELECT count(*) FROM people").fetchone()[0] == is_kept
    assert bool(said) is not is_kept


def test_people_are_told_the_day(serve: Serve) -> None:
    with serve(keep_days=3) as served:
        assert (date.today() + timedelta(days=3)).isoformat() in served.browser().get("/").text


def test_afterwards_waits_for_the_server_to_end(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.batch.store.LOCK_WAIT_S", 0.1)
    with open_database(plan.out) as connection:
        Settings(connection)
    with open_store(plan.out, {}), pytest.raises(UsageError, match="another grade is working"):
        afterwards.purge_all(plan.out)


def test_a_fault_in_writing_reports_stops_nobody(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("a bug of ours")

    monkeypatch.setattr("grader.serve.results.write_reports", break_down)
    monkeypatch.setattr("grader.serve.classroom.WRITE_EVERY_S", 0.02)
    with serve() as served:
        anna = served.join("Anna")
        hand_in(served, anna, "right 1a")
        assert served.trainer().get("/board/gradebook.csv").status == 404
        hand_in(served, anna, "right 1a right 1b")
        assert served.call(lambda: served.classroom.workshop().people[0].grade.score) == 4
