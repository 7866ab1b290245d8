"""Texts for people, in Polish and English. English is the source; Polish comes from a gettext catalog."""

from __future__ import annotations

import gettext
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Literal, Union

import msgspec

Lang = Literal["pl", "en"]
LANGUAGES: tuple[Lang, ...] = ("pl", "en")


class Message(msgspec.Struct, frozen=True, tag="message"):
    """A text whose words are chosen when it is shown. `values` fill the `{name}` places; `n` picks the plural. The
    place of a cell is called `cell` and counts from 1."""

    text: str
    values: Mapping[str, Value] = {}
    plural: str | None = None
    n: int = 0


class Titles(msgspec.Struct, frozen=True, tag="titles"):
    """A text that a course's author wrote in both languages."""

    pl: str
    en: str


Text = Message | Titles | str
Value = Union[Message, Titles, str, int, float, None]


def msg(text: str, /, **values: Value) -> Message:
    """A translatable text. `text` must be a literal, so that the catalog's extraction finds it."""
    return Message(text, values)


def msgs(text: str, plural: str, n: int, /, **values: Value) -> Message:
    """A translatable text with a number in it, as `{n}`."""
    return Message(text, {"n": n, **values}, plural, n)


def render(text: Text, lang: Lang) -> str:
    """The words of `text` in `lang`. A plain string stands as it is."""
    return "".join(piece for piece, _ in pieces(text, lang))


def pieces(text: Text, lang: Lang) -> Iterator[tuple[str, bool]]:
    """The words of `text` in `lang`, piece by piece, and whether each is ours. What is not may be a participant's: a
    report that is more than plain text must quote it."""
    if isinstance(text, str):
        yield text, False
        return
    if isinstance(text, Titles):
        yield text.pl if lang == "pl" else text.en, True
        return
    catalog = _catalog(lang)
    template = catalog.ngettext(text.text, text.plural, text.n) if text.plural else catalog.gettext(text.text)
    for literal, name, _, _ in Formatter().parse(template):
        if literal:
            yield literal, True
        if name is not None:
            yield from _value(text.values[name], lang)


def _value(value: Value, lang: Lang) -> Iterator[tuple[str, bool]]:
    if isinstance(value, Message | Titles | str):
        yield from pieces(value, lang)
    elif isinstance(value, float):
        yield number(value, lang), True
    else:
        yield str(value), True


def locale_language(environ: Mapping[str, str]) -> Lang:
    """The language of the locale that the environment names; English where it names none."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "pl" if environ[name].lower().startswith("pl") else "en"
    return "en"


def number(value: float, lang: Lang) -> str:
    """A number as it is written in `lang`."""
    return f"{value:g}".replace(".", ",") if lang == "pl" else f"{value:g}"


@lru_cache
def _catalog(lang: Lang) -> gettext.NullTranslations:
    if lang == "en":
        return gettext.NullTranslations()
    return gettext.translation("grader", Path(__file__).parent / "locale", languages=[lang])
