"""Secrets: personal codes, the join code, keys in addresses. What is kept of a personal code is its digest."""

from __future__ import annotations

import hashlib
import hmac
import secrets

SYMBOLS = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
_CODE, _JOIN, _GROUP = 24, 8, 4  # letters: of a personal code (119 bits), of the join code (39 bits), between dashes


def new_code() -> str:
    """A personal code, which people can type: 24 letters in groups."""
    return _grouped(_CODE)


def new_join_code() -> str:
    """What everybody in the room types to join: 8 letters in groups."""
    return _grouped(_JOIN)


def new_key() -> str:
    """A part of an address that nobody can guess."""
    return secrets.token_urlsafe(12)


def new_secret() -> str:
    """What a whole power hangs on: a trainer's link."""
    return secrets.token_urlsafe(24)


def digest(code: str) -> bytes:
    """What is kept of a code. Case, spaces and dashes don't matter."""
    return hashlib.sha256(plain(code).encode("utf-8", "replace")).digest()


def plain(code: str) -> str:
    """A code as it is compared."""
    return "".join(letter for letter in code.casefold() if letter.isalnum())


def are_same(one: str, other: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def form_token(secret: str, session: str) -> str:
    """What the forms of a session carry, so that no other site can send them."""
    return hmac.new(secret.encode(), session.encode("utf-8", "replace"), "sha256").hexdigest()


def _grouped(count: int) -> str:
    letters = "".join(secrets.choice(SYMBOLS) for _ in range(count))
    return "-".join(letters[at : at + _GROUP] for at in range(0, count, _GROUP))
