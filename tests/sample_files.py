"""Files of participants for tests: notebooks, folders, archives; and how a test reads them."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from grader.i18n import render
from grader.model import Notebook, SubmissionStatus
from grader.submissions.files import encodable, load
from grader.submissions.find import Found, find
from grader.submissions.notebook import read_notebook

IDS = ["1a", "1b", "2", "3a", "3b", "4", "5", "6"]
EMPTY = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
MOODLE = "{}_{}_assignsubmission_file/x.ipynb".format
SICK = Path(__file__).parent / "notebooks"
GOOD = json.loads((SICK / "good.ipynb").read_bytes())
NOTHING = hashlib.sha256(b"").hexdigest()


def notebook(*sources: str) -> str:
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": []} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def lay_out(folder: Path, names: Sequence[str] | Mapping[str, str | bytes]) -> Path:
    files = names if isinstance(names, Mapping) else dict.fromkeys(names, EMPTY)
    for name, contents in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(contents.encode() if isinstance(contents, str) else contents)
    return folder


def zipped(names: Sequence[str] | Mapping[str, str | bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as made:
        for name, contents in (names if isinstance(names, Mapping) else dict.fromkeys(names, EMPTY)).items():
            made.writestr(name, contents)
    return data.getvalue()


def read(path: Path, participant: str | None = None) -> Notebook:
    """The notebook at a path, as the grader reads it."""
    return read_notebook(load(path), encodable(str(path)), encodable(path.stem) if participant is None else participant)


def write(folder: Path, **changes: Any) -> Path:
    path = folder / "changed.ipynb"
    path.write_text(json.dumps(GOOD | changes), encoding="utf-8")
    return path


def reason(notebook: Notebook) -> str:
    return render(notebook.reason, "en") if notebook.reason is not None else ""


def notes(notebook: Notebook) -> str:
    return "\n".join(render(note, "en") for note in notebook.notes)


def check_invariants(notebook: Notebook) -> None:
    """What is true of any submission, whatever the file."""
    graded = notebook.status is SubmissionStatus.GRADED
    assert (notebook.reason is None) is graded
    assert bool(notebook.cells) is graded
    assert [cell.index for cell in notebook.cells] == sorted({cell.index for cell in notebook.cells})
    for text in (notebook.path, notebook.participant, reason(notebook), notes(notebook)):
        text.encode()
    for cell in notebook.cells:
        assert cell.source.strip()
        assert "\0" not in cell.source
        cell.source.encode()


def refused(path: Path, piece: str) -> None:
    notebook = read(path)
    check_invariants(notebook)
    assert notebook.status is SubmissionStatus.UNREADABLE
    assert piece in reason(notebook)
    assert notebook.sha256 == NOTHING


def short(found: Found, root: Path) -> dict[str, list[list[str]]]:
    """Participant, with the id after an @: the attempts, each a list of files."""
    return {
        one.participant + (f"@{one.id}" if one.id else ""): [
            [relative(file.shown, root) for file in attempt] for attempt in one.attempts
        ]
        for one in found.submissions
    }


def relative(shown: str, root: Path) -> str:
    return Path(shown).relative_to(root).as_posix()


def on_list(tmp_path: Path, list_text: str, names: Sequence[str] | Mapping[str, str | bytes]) -> Found:
    lay_out(tmp_path / "in", names)
    (tmp_path / "list.csv").write_text(list_text, "utf-8")
    return find([tmp_path / "in"], IDS, tmp_path / "list.csv")
