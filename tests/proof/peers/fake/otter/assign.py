"""As otter does, it reads what the settings name from the assignment's folder, and makes two folders."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat


def main(source: str, out: str, **_: Any) -> None:
    master, made = Path(source), Path(out)
    settings = nbformat.read(master, 4).cells[0].source
    for name in re.findall(r"config_file: (\S+)", settings):
        (master.parent / name).read_text("utf-8")
    (made / "student").mkdir(parents=True)
    shutil.copyfile(master, made / "student" / master.name)
    shutil.make_archive(os.fspath(made / "autograder" / "autograder"), "zip", master.parent, master.name)
