"""What is wrong with the machine or the shell is said in a sentence, or harms nothing; it is never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.test_grade import SOLVED, TYPICAL
from tests.cli.test_settings import CONSOLE
from tests.conftest import ROOT
from tests.container import SKIPPED

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a shell's and Linux's ways to break things")


def in_shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script of bash as a user without rights or a name, in a folder of that user's own."""
    script = f"cd {folder}\n{script}"
    environ = {**os.environ, "grade": str(CONSOLE), "solved": str(SOLVED), "typical": str(TYPICAL), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.container", "--user", folder, "/bin/bash", "-c", script],
        capture_output=True, text=True, timeout=100, cwd=ROOT, env=environ, start_new_session=True,
    )  # fmt: skip
    if done.returncode == SKIPPED:
        pytest.skip("no mount namespace here")
    assert "Traceback" not in done.stdout + done.stderr
    assert "Exception" not in done.stderr
    return done


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (
            'mkdir gone; cd gone; rmdir ../gone; "$grade" "$solved"',
            "the folder that this command was started in is not there any more (No such file or directory). Go to",
        ),
        (
            'mkdir closed; cp "$solved" closed/a.ipynb; cd closed; chmod 000 .; "$grade" a.ipynb',
            "a.ipynb: Permission denied. Ask for the right to it, or work in a folder of your own.",
        ),
        ('mkdir closed; chmod 000 closed; "$grade" closed/a.ipynb', "closed/a.ipynb: Permission denied."),
        (
            'mkdir closed; chmod 000 closed; "$grade" "$solved" -o closed/results',
            "grade: closed/results",  # and what of it: Pythons look at them in different orders
        ),
        (
            'ulimit -f 0; "$grade" "$solved"',
            "there is no folder for temporary files that can be written to. Make room in /tmp, or name a folder",
        ),
        (
            '"$grade" "$solved" -e 1a --report json=out.json > /dev/full; code=$?; test -s out.json && exit $code',
            "the standard output can't be written: No space left on device. Make room there, or name a file",
        ),
        ('"$grade" --help > /dev/full', "the standard output can't be written: No space left on device."),
        ('"$grade" --show-config > /dev/full', "the standard output can't be written: No space left on device."),
    ],
)
def test_what_keeps_it_from_grading_exits_with_2_and_what_to_do(script: str, says: str, tmp_path: Path) -> None:
    done = in_shell(script, tmp_path)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("grade: "), done.stderr
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("script", "out"),
    [
        ('mkdir w; cd w; unset HOME USER; TMPDIR=. COLUMNS=0 "$grade" "$solved" -e 1a; ls', "Score: 2 of 2"),
        ('umask 777; HOME=/nowhere "$grade" "$solved" -e 1a -o results && cat results/gradebook.csv', ",graded,2,2,"),
        ('"$grade" "$solved" -e 1a --report csv=a.csv <&- >&- 2>&- && cat a.csv', ",graded,2,2,"),
        ('"$grade" "$solved" -e 1a > /dev/null 2> /dev/full && echo passed', "passed"),
        ('set -o pipefail; "$grade" "$solved" -e 1a --report csv=a.csv | true && cat a.csv', ",graded,2,2,"),
        ('LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0 "$grade" "$solved" -e 1a --lang pl', "Wynik: 2 z 2"),
    ],
)
def test_what_can_be_overcome_harms_nothing(script: str, out: str, tmp_path: Path) -> None:
    done = in_shell(script, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert out in done.stdout
    assert [path.name for path in (tmp_path / "tmp").iterdir()] == []
