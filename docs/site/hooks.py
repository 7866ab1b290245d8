"""What the site adds to docs/: the files of the repository that the documents link to, and the pages' languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "repository"  # of those files in the site
_FOREIGN = re.compile(r"""<(?:script|img|iframe)[^>]+src=["']https?:|<link(?![^>]+canonical)[^>]+href=["']https?:""")
_OUTSIDE = re.compile(r"\]\(\.\./([^)#]+)")


def on_files(files: Files, config: Any) -> Files:
    """Add every file outside of docs/ that a page links to."""
    pages = [file.content_string for file in files.documentation_pages()]
    for target in sorted({target for page in pages for target in _OUTSIDE.findall(page)}):
        files.append(File.generated(config, f"{FOLDER}/{target}", abs_src_path=str(ROOT / target)))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Point the links to where those files stand in the site."""
    if page.file.src_uri.startswith(f"{FOLDER}/"):
        return markdown.replace("](docs/", "](../")
    return _OUTSIDE.sub(rf"]({FOLDER}/\1", markdown)


def on_page_context(context: Any, page: Any, config: Any, **_: Any) -> Any:
    """Give each page's surroundings its own language."""
    config.theme["language"] = "pl" if page.file.src_uri.endswith(".pl.md") else "en"
    return context


def on_post_page(output: str, page: Any, **_: Any) -> str:
    """Let nothing come from another machine."""
    if found := _FOREIGN.search(output):
        raise PluginError(f"{page.file.src_uri} would load something from another machine: {found[0]}")
    return output
