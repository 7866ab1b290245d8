"""A course as a wheel of its own: its files as a package that nothing imports, found by the entry point
`grader.courses`."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from pathlib import Path

from grader._version import __version__
from grader.course.course import Course
from grader.course.places import GROUP, SOURCE
from grader.errors import CourseError, OutputError, UsageError

_OLDEST = (1980, 1, 1, 0, 0, 0)  # the date of every file, so that the same course is the same wheel
_MODE = 0o100644 << 16
_WHEEL = f"Wheel-Version: 1.0\nGenerator: grade-course {__version__}\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_NAME = re.compile(r"\w([\w .-]*\w)?")
_NAMING = "Use letters, digits, blanks, dots and hyphens"
# Roughly PEP 440; what pip refuses in spite of it, it refuses by name.
_VERSION = re.compile(r"\d+(\.\d+)*((a|b|rc|\.post|\.dev)\d+)*(\+[a-z0-9]+(\.[a-z0-9]+)*)?")


def pack(course: Course, folder: Path, release: str | None = None) -> Path:
    """Write the wheel of a course into `folder` and return its path. Raise UsageError if `release` is no version,
    CourseError if the course's id can't be a name, OutputError if the wheel can't be written."""
    version = release or f"0+g{course.digest[:12]}"  # the letter keeps it a text, whatever the digits
    if not _NAME.fullmatch(course.id):
        raise CourseError(
            "{folder}: the id {id} can't be the name of an installed course. {naming}",
            folder=course.folder,
            id=repr(course.id),
            naming=_NAMING,
        )
    if not _VERSION.fullmatch(version):
        raise UsageError("{version} is no version of a package. Write one such as 1.0 or 2026.3", version=repr(version))
    package = f"grader_course_{_slug(course.id)}"
    wheel = folder / f"{package}-{version}-py3-none-any.whl"
    files = _files(course, package, version)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(_entry(name), content)
    except OSError as error:
        raise OutputError(
            "{wheel} can't be written: {error}. Choose another place, or make room.", wheel=wheel, error=error
        ) from error
    return wheel


def _slug(id: str) -> str:
    """The id in the characters that the name of a package may have."""
    plain = unicodedata.normalize("NFKD", id.lower().replace("ł", "l")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or hashlib.sha256(id.encode()).hexdigest()[:12]


def _files(course: Course, package: str, version: str) -> dict[str, bytes]:
    """The name of each file in the wheel to what it holds."""
    root = package if course.assignment is None else f"{package}/{SOURCE}/{course.id}"  # its folder names an assignment
    content = {f"{root}/{path.relative_to(course.folder).as_posix()}": path.read_bytes() for path in course.files}
    metadata = {
        "METADATA": _metadata(course, package, version),
        "WHEEL": _WHEEL,
        "entry_points.txt": f"[{GROUP}]\n{course.id} = {package}\n",
    }
    info = f"{package}-{version}.dist-info"
    content |= {f"{info}/{name}": text.encode() for name, text in metadata.items()}
    return content | {f"{info}/RECORD": _record(content, f"{info}/RECORD").encode()}


def _metadata(course: Course, package: str, version: str) -> str:
    """It requires no grader, for pip would ask a package index for that name, and take whoever's package it is."""
    name, summary = package.replace("_", "-"), " ".join(course.title.en.split())
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: {summary}\n"


def _record(content: Mapping[str, bytes], own: str) -> str:
    text = io.StringIO()
    rows = ((name, f"sha256={_digest(data)}", len(data)) for name, data in content.items())
    csv.writer(text, lineterminator="\n").writerows([*rows, (own, "", "")])
    return text.getvalue()


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _OLDEST)
    entry.external_attr, entry.compress_type = _MODE, zipfile.ZIP_DEFLATED
    return entry
