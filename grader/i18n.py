"""Texts for people, in Polish and English. English is in the source; Polish comes from a gettext catalog."""

from __future__ import annotations

import gettext
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Literal, Union

import msgspec

Lang = Literal["pl", "en"]
LANGUAGES: tuple[Lang, ...] = ("pl", "en")


class Message(msgspec.Struct, frozen=True, tag="message"):
    """A text whose words are chosen when it is shown.

    Attributes:
        text: The English text, with `{name}` places.
        values: What fills the places, by name. A text is shown in the same language.
        plural: The English plural, if the text has a number in it.
        n: The number that picks the plural.
    """

    text: str
    values: Mapping[str, Value] = {}
    plural: str | None = None
    n: int = 0


class Titles(msgspec.Struct, frozen=True, tag="titles"):
    """A text that a course's author wrote in both languages.

    Attributes:
        pl: In Polish.
        en: In English.
    """

    pl: str
    en: str


class CellRef(msgspec.Struct, frozen=True, tag="cell"):
    """A cell that a text mentions, shown as its number from 1, or as what `label_cells` has replaced it by.

    Attributes:
        index: Counts all cells from 0, over all files where several notebooks are run as one.
    """

    index: int


Text = Message | Titles | str
Value = Union[Message, Titles, CellRef, str, int, float, None]


def msg(text: str, /, **values: Value) -> Message:
    """A text to translate. `text` must be a literal, so that it is found when the catalog is extracted."""
    return Message(text, values)


def msgs(text: str, plural: str, n: int, /, **values: Value) -> Message:
    """A text to translate with a number in it, as `{n}`. Both texts must be literals."""
    return Message(text, {"n": n, **values}, plural, n)


def render(text: Text, lang: Lang) -> str:
    """The words of `text` in `lang`. A plain string stays as it is."""
    if isinstance(text, str):
        return text
    if isinstance(text, Titles):
        return text.pl if lang == "pl" else text.en
    return "".join(piece for piece, _ in pieces(text, lang))


def label_cells(text: Text, label: Callable[[int], int | str]) -> Text:
    """The text with each `CellRef` in it replaced by the label of its index."""
    if not isinstance(text, Message):
        return text
    return msgspec.structs.replace(text, values={name: _label(value, label) for name, value in text.values.items()})


def _label(value: Value, label: Callable[[int], int | str]) -> Value:
    if isinstance(value, CellRef):
        return label(value.index)
    return label_cells(value, label) if isinstance(value, Message) else value


def pieces(text: Text, lang: Lang) -> Iterator[tuple[str, bool]]:
    """The words of `text` in `lang` in pieces, and whether each is ours. What is not ours may be a participant's, so a
    report in HTML or Markdown must quote it."""
    if isinstance(text, str):
        yield text, False
        return
    if isinstance(text, Titles):
        yield text.pl if lang == "pl" else text.en, True
        return
    catalog = _catalog(lang)
    template = catalog.ngettext(text.text, text.plural, text.n) if text.plural else catalog.gettext(text.text)
    if not text.values:  # a brace in it is a brace
        yield template, True
        return
    for literal, name, _, _ in Formatter().parse(template):
        if literal:
            yield literal, True
        if name is not None:
            yield from _value(text.values[name], lang)


def _value(value: Value, lang: Lang) -> Iterator[tuple[str, bool]]:
    if isinstance(value, Message | Titles | str):
        yield from pieces(value, lang)
    elif isinstance(value, CellRef):
        yield str(value.index + 1), True
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
