"""The order of names in a Polish list: ł after l, ś after s, ź and ż last, foreign letters beside their plain one."""

from __future__ import annotations

import unicodedata

_LETTERS = "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"
Key = tuple[str, str]


class _Places(dict[int, str | None]):
    """For each character that stands in its place; None for one that counts for nothing. Those that are not in the
    alphabet are added when they are met."""

    def __missing__(self, code: int) -> str | None:
        place = self[code] = _place(chr(code))
        return place


def name_key(name: str) -> Key:
    """What names are sorted by. Case, signs and foreign accents decide only between equals."""
    folded = unicodedata.normalize("NFC", name).casefold()
    return folded.translate(_PLACES), folded


def _place(letter: str) -> str | None:
    if not letter.isalnum() and letter != " ":
        return None
    plain = unicodedata.normalize("NFD", letter)[0]
    return _PLACES.get(ord(plain)) or chr(ord(plain) + len(_LETTERS) * (plain > "z"))


_PLACES = _Places({ord(letter): chr(place) for place, letter in enumerate(_LETTERS, start=ord("a"))})
