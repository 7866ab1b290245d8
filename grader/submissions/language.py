"""The language that a notebook is written in, as its metadata states it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from grader.i18n import Message, msg
from grader.output import clean

# Kernels whose name says what their language is. Any other name may be that of a Python environment.
_LANGUAGES: Mapping[str, str] = {
    "ir": "R",
    "xr": "R",
    "julia": "Julia",
    "javascript": "JavaScript",
    "jslab": "JavaScript",
    "deno": "TypeScript",
    "bash": "Bash",
    "octave": "Octave",
    "xoctave": "Octave",
    "matlab": "MATLAB",
    "scala": "Scala",
    "almond": "Scala",
    "java": "Java",
    "kotlin": "Kotlin",
    "ruby": "Ruby",
    "rust": "Rust",
    "gophernotes": "Go",
    "xcpp": "C++",
    "ihaskell": "Haskell",
    ".net": ".NET",
    "wolframlanguage": "Wolfram Language",
}
_PYTHON_NAME = re.compile(r"(x|i|micro|circuit)?python|pyodide|sage|pyspark|ipykernel")
_NAME_CHARACTERS = 40


def refuse_language(notebook: Mapping[str, Any]) -> Message | None:
    """Why a notebook in another language can't be graded; None if it is in Python, or states no language."""
    language = next(_languages(_dict(notebook, "metadata")), "python")
    if _PYTHON_NAME.match(language.strip().lower()):
        return None
    return msg(
        "The notebook is written in {language}, not in Python. Choose Python and write the functions in it. "
        "In Colab: Runtime > Change runtime type > Python 3.",
        language=clean(language.strip())[:_NAME_CHARACTERS],
    )


def python_2_note(notebook: Mapping[str, Any]) -> Message | None:
    """A note for a notebook that was made for Python 2."""
    if _dict(_dict(notebook, "metadata"), "kernelspec").get("name") != "python2":
        return None
    return msg("The notebook was made for Python 2; it is run with Python 3.")


def _languages(metadata: Mapping[str, Any]) -> Iterator[str]:
    """What the metadata state, the most reliable first."""
    kernel = _dict(metadata, "kernelspec")
    stated = (
        kernel.get("language"),
        _kernel_language(kernel.get("name")),
        _dict(metadata, "language_info").get("name"),
        metadata.get("language"),  # nbformat 3 and lower
    )
    yield from (name for name in stated if isinstance(name, str) and name.strip())


def _kernel_language(kernel: object) -> str | None:
    if not isinstance(kernel, str):
        return None
    name = kernel.strip().lower()
    if _PYTHON_NAME.match(name):
        return "python"
    stem = re.match(r"\.?[a-z]*", name)
    return _LANGUAGES.get(stem[0]) if stem else None


def _dict(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}
