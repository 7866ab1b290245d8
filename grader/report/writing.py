"""Writing a report to a file or to the standard output."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from grader.output import unwritable, write_atomically

Environ = Mapping[str, str]
"""Environment variables by name, as the command line read them."""


def write(file: Path | None, text: str | bytes | Iterable[bytes], waits: bool = True) -> None:
    """Write `text` to `file`, whole or not at all; None is the standard output. `waits`: until it is on the disk. Raise
    OutputError."""
    if file is None:
        for part in [text] if isinstance(text, str | bytes) else text:
            click.echo(part, nl=False)
    else:
        write_atomically(file, text, waits)


def append(file: Path, text: str) -> None:
    """Add `text` to what `file` holds already. Raise OutputError."""
    try:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(text)
    except OSError as error:
        raise unwritable(file, error) from error
