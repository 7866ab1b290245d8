"""The table of attacks once more, as an ordinary user, where the first time was as root."""

from __future__ import annotations

from tests.attacks.test_attacks import USERS, pytestmark, siege_by, table_of

__all__ = ["pytestmark", "siege_by"]
if len(USERS) > 1:
    TestTable = table_of("user")
