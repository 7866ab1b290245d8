"""What several tests of this folder share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a file that is written again and again."""
    return tmp_path_factory.mktemp("fuzz") / "any.ipynb"
