"""What a wheel and its metadata hold beside the files of the package. Hatchling runs it.

Two variables have a say: REPOSITORY, the address of the repository, to which the links of the README then lead, and
WITHOUT_COURSE=1, which leaves out the built-in course with its hidden tests and solutions.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!https?:|#)([^)\s]+)\)")


class CourseHook(BuildHookInterface):
    """Puts the built-in course into a wheel. An editable installation reads it where it lies: a copy of the hidden
    tests beside other packages would be open to participants' code."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard" and os.environ.get("WITHOUT_COURSE") != "1":
            build_data["force_include"]["reference"] = "grader/_course"


class ReadmeHook(MetadataHookInterface):
    """The README as a package index shows it, where no link can lead to a file beside it."""

    def update(self, metadata: dict[str, Any]) -> None:
        repository = os.environ.get("REPOSITORY", "").rstrip("/")
        folder = Path(self.root)
        text = with_absolute_links((folder / "README.md").read_text("utf-8"), repository, _tag(folder))
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
        metadata["urls"] = _urls(repository) if repository else {}


def with_absolute_links(text: str, repository: str, tag: str) -> str:
    """A page whose links to files lead into the repository. Without its address only the links' words are left, and no
    pictures."""

    def link(found: re.Match[str]) -> str:
        picture, words, path = found.groups()
        if repository:
            return f"{picture}[{words}]({repository}/{'raw' if picture else 'blob'}/{tag}/{path})"
        return "" if picture else words

    return _LINK.sub(link, text)


def _tag(folder: Path) -> str:
    version = re.search(r'__version__ = "(.+)"', (folder / "grader" / "_version.py").read_text("utf-8"))
    assert version
    return f"v{version[1]}"


def _urls(repository: str) -> dict[str, str]:
    return {
        "Repository": repository,
        "Documentation": f"{repository}/tree/main/docs",
        "Changelog": f"{repository}/blob/main/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }
