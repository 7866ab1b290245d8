"""The files that make this grader the autograder of another system: the grader itself, a course, and a few scripts."""

from __future__ import annotations

import json
import re
import shutil
import uuid
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

from grader import PACKAGE
from grader._version import DISTRIBUTION
from grader.course.course import Course
from grader.errors import OutputError, UsageError

TEMPLATES = Path(__file__).parent / "exported"
_NOT_COPIED = shutil.ignore_patterns("__pycache__", "_course", ".*")
_NAMESPACE = uuid.UUID("6f0bd5c3-9c0a-5f0a-8a5e-0d3d3b1f5a11")  # so that the same course is the same question


def export(system: str, folder: Path, course: Course, arguments: Sequence[str], image: str = "") -> list[Path]:
    """Write the files into `folder`, which must be new or empty, and return those that are of interest.

    `arguments` are the command line's, for every submission; `image` is what PrairieLearn's graders pull.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError("{folder} is not empty. Give a new folder, or empty this one.", folder=folder)
    try:
        _copy(system, folder, course, arguments)
        return _gradescope(folder) if system == "gradescope" else _prairielearn(folder, course, image)
    except OSError as error:
        raise OutputError(
            "{folder} can't be written: {error}. Choose another place, or make room.", folder=folder, error=error
        ) from error


def _copy(system: str, folder: Path, course: Course, arguments: Sequence[str]) -> None:
    shutil.copytree(TEMPLATES / system, folder, dirs_exist_ok=True)
    for script in (*folder.glob("*.sh"), *folder.glob("run_*")):
        script.chmod(0o755)
    shutil.copytree(PACKAGE, folder / "grader", ignore=_NOT_COPIED)
    shutil.copytree(course.folder, folder / "course", ignore=_NOT_COPIED)
    folder.joinpath("requirements.txt").write_text("".join(f"{line}\n" for line in _requirements()), "utf-8")
    folder.joinpath("arguments").write_text("".join(f"{argument}\n" for argument in arguments), "utf-8")


def _requirements() -> list[str]:
    """What the grader needs, by its own metadata; without what only its extras need."""
    try:
        lines = requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        raise UsageError("the grader is not installed, only its files are here. Install it: pip install .") from None
    return [line for line in lines if not re.search(r"\bextra\s*==", line)]


def _gradescope(folder: Path) -> list[Path]:
    """Gradescope takes a zip whose files are not in a folder."""
    archive = shutil.make_archive(str(folder), "zip", folder)
    return [folder / "setup.sh", folder / "run_autograder", Path(archive)]


def _prairielearn(folder: Path, course: Course, image: str) -> list[Path]:
    """A folder for the image, and in it a question that uses it."""
    question = folder / "question"
    question.mkdir()
    shutil.move(folder / "question.html", question / "question.html")
    info = {
        "uuid": str(uuid.uuid5(_NAMESPACE, course.id)),
        "title": course.title.en,
        "topic": "Notebooks",
        "type": "v3",
        "gradingMethod": "External",
        "externalGradingOptions": {
            "enabled": True,
            "image": image,
            "entrypoint": "/autograder/run.sh",
            "timeout": 300,
            "enableNetworking": False,
        },
    }
    question.joinpath("info.json").write_text(json.dumps(info, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return [folder / "Dockerfile", folder / "run.sh", question / "info.json", question / "question.html"]
