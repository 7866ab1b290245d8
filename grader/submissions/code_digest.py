"""The digest of a notebook's code, from which the inputs of its checks are drawn."""

from __future__ import annotations

import hashlib
import json

from grader.model import Notebook


def code_digest(notebook: Notebook) -> str:
    """SHA-256 of the code cells' sources. Outputs, metadata and the editor that saved the file don't change it."""
    sources = [cell.source.replace("\r\n", "\n").replace("\r", "\n").rstrip() for cell in notebook.cells]
    return hashlib.sha256(json.dumps(sources).encode()).hexdigest()
