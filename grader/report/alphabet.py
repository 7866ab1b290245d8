"""The order of names in a Polish list: ł after l, ś after s, ź and ż last, foreign letters beside their plain one."""

from __future__ import annotations

import unicodedata

_LETTERS = "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"
_PLACES = {letter: place for place, letter in enumerate(_LETTERS, start=ord("a"))}
Key = tuple[tuple[int, ...], str]


def name_key(name: str) -> Key:
    """What names are sorted by. Case, signs and foreign accents decide only between equals."""
    folded = unicodedata.normalize("NFC", name).casefold()
    return tuple(_place(letter) for letter in folded if letter.isalnum() or letter == " "), folded


def _place(letter: str) -> int:
    if letter in _PLACES:
        return _PLACES[letter]
    plain = unicodedata.normalize("NFD", letter)[0]
    return _PLACES.get(plain, ord(plain) + len(_LETTERS) * (plain > "z"))
