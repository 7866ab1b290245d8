"""autograder.py of a Classroom 50 assignment: `gh teacher` puts it into CLASSROOM/autograders/ASSIGNMENT/.

Classroom 50 runs it in the participant's checkout and reads ./result.json and ./release-body.md, the text of the
submission's release. `--report classroom50` writes both.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

GRADER = "git+https://HOST/OWNER/grader@v0.9.0"  # pinned: hidden tests come with it, never from the checkout
NOTEBOOKS = ["."]
OPTIONS = ["--lang", "en"]


def python() -> str:
    """A Python that has the grader: this one (in an image of your own), or a new environment. Never the checkout's: -I
    keeps the working folder off Python's path."""
    if (
        subprocess.run([sys.executable, "-I", "-c", "import grader"], stderr=subprocess.DEVNULL, check=False).returncode
        == 0
    ):
        return sys.executable
    folder = tempfile.mkdtemp()
    subprocess.run([sys.executable, "-I", "-m", "venv", folder], check=True)
    new = str(Path(folder, "bin", "python"))
    subprocess.run([new, "-I", "-m", "pip", "install", "--quiet", GRADER], check=True)
    return new


done = subprocess.run(
    [python(), "-I", "-m", "grader", *OPTIONS, "--report", "classroom50", "--", *NOTEBOOKS], check=False
)
sys.exit(0 if done.returncode in (0, 1) else done.returncode)  # 0 and 1: it was graded; the score is in result.json
