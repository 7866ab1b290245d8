"""The command as its users run it: exit codes, files, languages, what it loads."""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy
import pytest

from grader.cli.grade import _say_what_is_lacking
from tests import sample_run
from tests.conftest import ROOT
from tests.loaded import run_grade

SOLVED = ROOT / "tests" / "samples" / "solved.ipynb"
TYPICAL = ROOT / "tests" / "samples" / "typical_mistakes.ipynb"


def command(
    *arguments: object, lang: str = "en", environ: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """What came of `grade`, in a process that has loaded its modules already where there can be one."""
    args = [*map(str, arguments)]
    env = {**os.environ, "LC_ALL": "pl_PL.UTF-8" if lang == "pl" else "C.UTF-8", "PYTHONIOENCODING": "utf-8"}
    env |= environ or {}
    return RUN(args, env, cwd or Path.cwd())


def start_grade(arguments: Sequence[str], environ: Mapping[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """The same in a new interpreter."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *arguments], capture_output=True, text=True, encoding="utf-8", env=environ,
        cwd=cwd, timeout=100, start_new_session=True,
    )  # fmt: skip


RUN = run_grade if "forkserver" in multiprocessing.get_all_start_methods() else start_grade


@pytest.mark.parametrize("run", dict.fromkeys([start_grade, RUN]))
def test_a_right_notebook_exits_with_0(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    done = run([str(SOLVED), "--lang", "en"], os.environ, ROOT)
    assert done.returncode == 0, done.stderr
    assert "Score: 18 of 18 points, bonus 4 of 4" in done.stdout


@pytest.mark.parametrize(
    "options", [["--kernel", "cold"], ["--kernel", "cold", "--sandbox", "off"], ["--sandbox", "off"]]
)
def test_a_right_notebook_passes_cold_and_without_walls_too(options: list[str]) -> None:
    done = command(SOLVED, *options)
    assert done.returncode == 0, done.stderr + done.stdout
    assert ("without walls" in done.stdout) == ("off" in options)


def test_without_walls_the_copy_of_the_notebook_and_the_standard_error_say_so(tmp_path: Path) -> None:
    reports = ("--report", f"csv={tmp_path / 'a.csv'}", "--report", f"notebook={tmp_path / 'a.ipynb'}")
    done = command(SOLVED, "-e", "1a", "--sandbox", "off", *reports)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("grade: Graded without walls (--sandbox off)")
    summary = "".join(json.loads((tmp_path / "a.ipynb").read_text("utf-8"))["cells"][0]["source"])
    assert "Graded without walls" in summary


EXPOSED = ("--without-wall", "landlock", "--without-wall", "mount")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is always so")
@pytest.mark.parametrize("how", ["folder", "files", "watch", "CI"])
def test_where_nothing_hides_the_tests_others_notebooks_are_refused(how: str, tmp_path: Path) -> None:
    for name in ("a", "b"):
        tmp_path.joinpath(f"{name}.ipynb").write_bytes(SOLVED.read_bytes())
    arguments = {"folder": [tmp_path], "watch": [tmp_path, "--watch"], "files": sorted(tmp_path.iterdir())}
    environ = {"CI": "true" if how == "CI" else ""}
    done = command(*arguments.get(how, [tmp_path / "a.ipynb"]), *EXPOSED, environ=environ)
    assert done.returncode == 2, done.stdout
    assert "(mount: switched off; landlock: switched off). So only a notebook of your own is graded here" in done.stderr
    assert "add --sandbox off" in done.stderr
    assert "Score" not in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is always so")
def test_where_nothing_hides_the_tests_ones_own_notebook_is_graded_and_never_taken_over(tmp_path: Path) -> None:
    notebook = tmp_path / "a.ipynb"
    notebook.write_bytes(SOLVED.read_bytes())
    for _ in range(2):
        done = command(notebook, "-e", "1a", *EXPOSED, "-o", tmp_path / "results", environ={"CI": ""})
        assert done.returncode == 0, done.stderr
        assert "This machine can't hide the hidden tests" in done.stdout
        assert "graded before" not in done.stderr


def test_a_wrong_notebook_exits_with_1_and_says_what_to_do() -> None:
    done = command(TYPICAL)
    assert done.returncode == 1, done.stderr
    assert "What to do next:" in done.stdout
    assert "compute_mse_loss(np.array([5]), np.array([2]))" in done.stdout


def test_the_report_is_in_the_language_of_the_locale_or_as_asked() -> None:
    assert "Co zrobić teraz:" in command(TYPICAL, lang="pl").stdout
    assert "What to do next:" in command(TYPICAL, "--lang", "en", lang="pl").stdout


def test_min_score_and_exit_zero_change_the_exit_code_only() -> None:
    assert command(TYPICAL, "--min-score", "50").returncode == 0
    assert command(TYPICAL, "--min-score", "60").returncode == 1
    assert command(TYPICAL, "--exit-zero").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["no-such.ipynb"], "there is no such file or folder"),
        (["."], "there is no .ipynb file in this folder"),
        ([SOLVED, "-e", "99"], "there is no exercise '99' in this course"),
        ([SOLVED, "--report", "pdf"], "there is no report 'pdf'"),
        ([SOLVED, "--course", "."], "is no course"),
        ([SOLVED, "--report", "json=/proc/no/such.json"], "can't be written"),
        ([SOLVED, "--sandbox", "strict", "--without-wall", "rlimits"], "a wall is missing"),
        ([], "Missing argument"),
        ([SOLVED, "--bogus"], "No such option"),
    ],
)
def test_a_users_mistake_exits_with_2_and_a_line_that_helps(arguments: list[object], says: str, tmp_path: Path) -> None:
    done = command(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_only_the_chosen_exercise_is_graded(tmp_path: Path) -> None:
    done = command(TYPICAL, "-e", "1a", "--report", f"json={tmp_path / 'out.json'}")
    assert done.returncode == 0
    assert [item["id"] for item in notebook(tmp_path / "out.json")["exercises"]] == ["1a"]


def test_the_same_notebook_graded_twice_gives_the_same_json_but_for_the_time(tmp_path: Path) -> None:
    texts = []
    for run in ("one", "two"):
        command(TYPICAL, "--report", f"json={tmp_path / run}")
        envelope = json.loads((tmp_path / run).read_text("utf-8"))
        for graded in envelope["submissions"]:
            assert graded.pop("duration_s") > 0
        texts.append(json.dumps(envelope))
    assert texts[0] == texts[1]


def test_the_json_has_the_promised_envelope(tmp_path: Path) -> None:
    command(TYPICAL, "--report", f"json={tmp_path / 'out.json'}", "--seed", "5")
    envelope = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert envelope["schema"] == "grade/1"
    assert set(envelope) == {"schema", "grader", "course", "seed", "sandbox", "kernel", "submissions"}
    assert envelope["kernel"] == {"python": platform.python_version(), "numpy": numpy.__version__}
    assert set(envelope["course"]) == {"id", "digest"}
    assert envelope["seed"] == 5
    graded = envelope["submissions"][0]
    assert set(graded) >= {"participant", "path", "sha256", "status", "score", "max_score", "bonus", "max_bonus"}
    assert graded["path"] == str(TYPICAL)
    last = graded["exercises"][-1]
    assert (last["id"], last["max_points"], last["max_bonus"]) == ("6", 0, 3)
    check = graded["exercises"][1]["checks"][0]
    assert set(check) >= {"id", "title", "status", "points", "max_points", "message", "input", "expected", "actual"}
    assert check["diagnosis"] is None or set(check["diagnosis"]) == {"mistake", "hint"}


def test_a_folder_gives_a_table_a_gradebook_and_a_page(tmp_path: Path) -> None:
    done = command(ROOT / "tests" / "samples", "-o", tmp_path / "results")
    assert done.returncode == 1, done.stderr
    assert "typical_mistakes" in done.stdout
    assert done.stderr.splitlines()[-1] == f"grade: The whole report: {tmp_path / 'results' / 'report.html'}"
    rows = (tmp_path / "results" / "gradebook.csv").read_text("utf-8-sig").splitlines()
    assert rows[0].startswith("participant,path,status,score")
    assert len(rows) == 3
    assert json.loads((tmp_path / "results" / "results.json").read_text("utf-8"))["submissions"][0]["score"] == 18
    page = (tmp_path / "results" / "report.html").read_text("utf-8")
    assert "Class report</title>" in page
    assert page.count('<article class="person"') == 2


def test_one_unreadable_notebook_does_not_stop_the_others(tmp_path: Path) -> None:
    tmp_path.joinpath("a.ipynb").write_text("{")
    tmp_path.joinpath("b.ipynb").write_bytes(SOLVED.read_bytes())
    done = command(tmp_path, "--report", f"json={tmp_path / 'out.json'}")
    assert done.returncode == 1
    statuses = [item["status"] for item in json.loads((tmp_path / "out.json").read_text("utf-8"))["submissions"]]
    assert statuses == ["unreadable", "graded"]


@pytest.mark.parametrize("arguments", [["--help"], ["--show-config"], ["--bogus"]])
def test_help_and_usage_errors_load_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys, grader.cli.grade as c\n"
        f"code = c.run_command(c.grade, 'grade', {arguments!r})\n"
        "heavy = {'numpy', 'nbclient', 'pytest', 'IPython', 'zmq'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_ctrl_c_ends_it_soon_with_130_and_leaves_nothing(tmp_path: Path) -> None:
    notebook = {"cells": [{"cell_type": "code", "source": "while True: pass"}], "metadata": {}, "nbformat": 4}
    tmp_path.joinpath("a.ipynb").write_text(json.dumps({**notebook, "nbformat_minor": 5}))
    args = [sys.executable, "-m", "grader", str(tmp_path / "a.ipynb")]
    with tempfile.TemporaryDirectory(prefix="t") as short:  # a socket's path has no room for that of tmp_path
        env = {**os.environ, "TMPDIR": short}
        with subprocess.Popen(args, stderr=subprocess.PIPE, text=True, env=env, start_new_session=True) as process:
            until = time.monotonic() + 20
            while not list(Path(short).rglob("k/n/*-1")):  # the folder of a kernel
                assert time.monotonic() < until
                time.sleep(0.05)
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=20)
        assert process.returncode == 130
        assert "Traceback" not in errors
        assert os.listdir(short) == []


def notebook(path: Path) -> dict[str, Any]:
    graded: dict[str, Any] = json.loads(path.read_text("utf-8"))["submissions"][0]
    return graded


def test_who_reads_no_table_is_told_on_the_standard_error_what_is_lacking(capsys: pytest.CaptureFixture[str]) -> None:
    _say_what_is_lacking(sample_run.run(sample_run.UNGRADED, sample_run.MIXED, lang="pl"))
    _say_what_is_lacking(sample_run.run(sample_run.MIXED))
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        "grade: 1 osoba ma punkty bez oceny. Brakuje: Python 3.12 (1), scikit-learn (1). "
        "Sprawdź jeszcze raz tam, gdzie jest to zainstalowane.\n"
    )


VALUES = ROOT / "tests" / "courses" / "values"


def test_points_that_a_person_writes_into_manual_csv_count_in_the_next_run(tmp_path: Path) -> None:
    folder = tmp_path / "Święcka-Grzegżółkowska Żaneta — ćwiczenia"
    folder.mkdir()
    text = {"cell_type": "markdown", "id": "essay-answer", "metadata": {}, "source": "Bo kilka osób ma więcej."}
    notebook = {"cells": [text], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "praca.ipynb").write_text(json.dumps(notebook), "utf-8")
    arguments = (folder, "--course", VALUES, "-e", "essay", "-o", tmp_path / "wyniki")
    done = command(*arguments, "--min-score", "1", lang="pl")
    assert done.returncode == 1, done.stderr
    assert "do oceny ręcznej" in done.stdout
    table = tmp_path / "wyniki" / "manual.csv"
    rows = table.read_text("utf-8-sig")
    assert rows.count("essay/") == 2
    filled = rows.replace(";essay/why;;;", ";essay/why;1,5;Krótko.;").replace(";essay/example;;;", ";essay/example;1;;")
    table.write_text(filled, "utf-8-sig")
    done = command(*arguments, "--min-score", "83", lang="pl")
    assert done.returncode == 0, done.stderr
    assert "2,5 z 3" in done.stdout
    assert "Wyjaśnia, dlaczego: 1,5 z 2. Krótko." in " ".join(done.stdout.split())
    assert "ocena osoby prowadzącej" in done.stderr
    assert table.read_text("utf-8-sig") == filled
    table.write_text(filled.replace("1,5", "15"), "utf-8-sig")
    done = command(*arguments, lang="pl")
    assert done.returncode == 2
    assert "manual.csv, wiersz 2: w kolumnie punktów jest 15. Wpisz liczbę od 0 do 2" in done.stderr
