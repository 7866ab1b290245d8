"""Metadata of the newest schema need no change."""

from __future__ import annotations

from typing import Any


class MetadataValidator:
    def upgrade_notebook_metadata(self, notebook: Any) -> Any:
        return notebook
