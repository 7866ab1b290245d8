"""The language that a notebook is written in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from grader.model import SubmissionStatus
from tests.sample_files import check_invariants, read, reason, write


@pytest.mark.parametrize(
    ("metadata", "language"),
    [
        ({}, None),
        ({"kernelspec": {}}, None),
        ({"kernelspec": "ir"}, None),
        ({"kernelspec": {"name": 5, "language": []}}, None),
        ({"kernelspec": {"name": "python3"}, "language_info": {"name": "R"}}, None),
        ({"kernelspec": {"name": "conda-env-ml-py"}}, None),
        ({"kernelspec": {"name": "javelin"}}, None),
        ({"kernelspec": {"name": "rust-course-python", "language": "python"}}, None),
        ({"kernelspec": {"name": "python3", "language": "Python"}}, None),
        ({"language_info": {"name": "ipython"}}, None),
        ({"kernelspec": {"name": "ir", "language": "R"}}, "R"),
        ({"kernelspec": {"name": "ir"}, "language_info": {"name": "python"}}, "R"),
        ({"kernelspec": {"name": "ir43"}}, "R"),
        ({"kernelspec": {"name": "julia-1.10"}}, "Julia"),
        ({"kernelspec": {"name": "xcpp17"}}, "C++"),
        ({"kernelspec": {"name": ".net-csharp"}}, ".NET"),
        ({"kernelspec": {"name": "mine", "language": "scala"}}, "scala"),
        ({"kernelspec": {"name": "mine"}, "language_info": {"name": "ruby"}}, "ruby"),
        ({"language_info": {"name": "x" * 5000}}, "x" * 40),
        ({"language_info": {"name": "\ud800{0}"}}, "\ufffd{0}"),
    ],
)
def test_another_language_is_named(tmp_path: Path, metadata: dict[str, Any], language: str | None) -> None:
    notebook = read(write(tmp_path, metadata=metadata))
    check_invariants(notebook)
    wanted = "" if language is None else f"written in {language}, not in Python"
    assert wanted in reason(notebook)
    assert notebook.status is (SubmissionStatus.UNREADABLE if language else SubmissionStatus.GRADED)
