"""What the site adds to docs/: the files of the repository that the documents link to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "repository"  # of those files in the site
_SWITCH = re.compile(r"^\[(?:Po polsku|In English)\]\([^)]+\)(?: · )?", re.MULTILINE)
_OUTSIDE = re.compile(r"\]\(\.\./([^)#]+)")


def on_files(files: Files, config: Any) -> Files:
    """Add every file outside of docs/ that a page links to."""
    pages = [file.content_string for file in files.documentation_pages()]
    for target in sorted({target for page in pages for target in _OUTSIDE.findall(page)}):
        files.append(File.generated(config, f"{FOLDER}/{target}", abs_src_path=str(ROOT / target)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Point the links to where those files stand in the site, which has a switch of its own for the language."""
    if page.file.src_uri.startswith(f"{FOLDER}/"):
        return markdown.replace("](docs/", "](../")
    return _OUTSIDE.sub(rf"]({FOLDER}/\1", _SWITCH.sub("", markdown, count=1))
