"""Otter assignments for tests, written as the cells that a teacher would type."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.course.readers.sources import RawNotebook, read_raw


def raw(text: str) -> dict[str, Any]:
    return {"cell_type": "raw", "metadata": {}, "source": text.splitlines(keepends=True)}


def text(source: str, *tags: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {"tags": [*tags]} if tags else {}, "source": source}


def code(source: str, shows: str = "", prints: str = "") -> dict[str, Any]:
    """A code cell that was saved with what it shows."""
    outputs: list[dict[str, Any]] = []
    if prints:
        outputs.append({"output_type": "stream", "name": "stdout", "text": prints.splitlines(keepends=True)})
    if shows:
        data = {"text/plain": shows.splitlines(keepends=True)}
        outputs.append({"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data})
    return {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": outputs, "source": source}


def block(name: str, *cells: dict[str, Any]) -> list[dict[str, Any]]:
    return [raw(f"# BEGIN {name}"), *cells, raw(f"# END {name}")]


def question(settings: str, *cells: Sequence[dict[str, Any]] | dict[str, Any]) -> list[dict[str, Any]]:
    """A question: cells, and blocks of cells."""
    flat = [one for part in cells for one in ([part] if isinstance(part, dict) else part)]
    return [raw(f"# BEGIN QUESTION\n{settings}"), *flat, raw("# END QUESTION")]


def save(path: Path, *cells: Sequence[dict[str, Any]] | dict[str, Any], language: str = "python") -> Path:
    """The notebook as a file."""
    flat = [one for part in cells for one in ([part] if isinstance(part, dict) else part)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": language}
    whole = {"cells": flat, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(whole, ensure_ascii=False), "utf-8")
    return path


def notebook(path: Path, *cells: Sequence[dict[str, Any]] | dict[str, Any], language: str = "python") -> RawNotebook:
    return read_raw(save(path, *cells, language=language))
