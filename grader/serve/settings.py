"""What a workshop keeps beside its people: its secrets, whether it takes notebooks, until when it may be kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Literal

from grader.serve import tokens
from grader.serve.database import transaction

_SECRETS: dict[str, Callable[[], str]] = {
    "join_code": tokens.new_join_code,
    "trainer": tokens.new_secret,
    "projector": tokens.new_key,
    "forms": tokens.new_secret,
}


class Settings:
    """Names and values, which a restart leaves as they are."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        rows = database.execute("SELECT name, value FROM settings")
        self._values: dict[str, str] = {row["name"]: row["value"] for row in rows}
        for name, make in _SECRETS.items():
            if name not in self._values:
                self._set(name, make())

    @property
    def join_code(self) -> str:
        return self._values["join_code"]

    @property
    def trainer(self) -> str:
        """What the trainer's link and session hold."""
        return self._values["trainer"]

    @property
    def projector(self) -> str:
        """What the address of the projector's view holds."""
        return self._values["projector"]

    @property
    def forms(self) -> str:
        """What the tokens of forms are made with."""
        return self._values["forms"]

    @property
    def is_frozen(self) -> bool:
        """Whether nothing can be handed in."""
        return self._values.get("frozen") == "yes"

    def freeze(self, is_frozen: bool) -> None:
        self._set("frozen", "yes" if is_frozen else "no")

    @property
    def keep_until(self) -> str:
        """The day, as YYYY-MM-DD, until which everything may be kept; empty before it is set."""
        return self._values.get("keep_until", "")

    def set_keep_until(self, day: str) -> None:
        self._set("keep_until", day)

    @property
    def list_file(self) -> bytes | None:
        """The list of participants as it was last given; None if there was none."""
        kept = self._values.get("list_file", "")
        return bytes.fromhex(kept) if kept else None

    @property
    def policy(self) -> Literal["best", "last"]:
        """Which of a person's attempts counts."""
        return "last" if self._values.get("policy") == "last" else "best"

    def set_policy(self, policy: str) -> None:
        self._set("policy", policy)

    def keep_list(self, list_file: bytes | None) -> None:
        self._set("list_file", (list_file or b"").hex())

    def _set(self, name: str, value: str) -> None:
        with transaction(self._database):
            self._database.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))
        self._values[name] = value
