"""What people copy to hand in without the page: a cell for their notebook, a command for a terminal."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources


def hand_in_cell(address: str) -> str:
    """The source of a cell that hands in the notebook around it. It needs the standard library only.

    Where the grader runs it, it finds no window and no file, and says so.
    """
    return _cell().replace("SERVER_ADDRESS", json.dumps(address))


def curl_command(address: str) -> str:
    """A command that hands in a file."""
    return f'curl -F notebook=@NAME.ipynb -H "Authorization: Bearer YOUR-CODE" {address}/api/hand-in'


@lru_cache
def _cell() -> str:
    return (resources.files("grader.serve") / "templates" / "hand_in.txt").read_text("utf-8").rstrip("\n")
