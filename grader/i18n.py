"""Texts for people, in Polish and English. English is the source; Polish comes from a gettext catalog."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

Lang = Literal["pl", "en"]
LANGUAGES: tuple[Lang, ...] = ("pl", "en")


@dataclass(frozen=True, slots=True)
class Message:
    """A text whose words are chosen when it is shown. `values` fill the `{name}` places; `n` picks the plural."""

    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    plural: str | None = None
    n: int = 0


@dataclass(frozen=True, slots=True)
class Titles:
    """A text that a course's author wrote in both languages."""

    pl: str
    en: str


Text = Message | Titles | str


def msg(text: str, /, **values: object) -> Message:
    """A translatable text. `text` must be a literal, so that the catalog's extraction finds it."""
    return Message(text, values)


def msgs(text: str, plural: str, n: int, /, **values: object) -> Message:
    """A translatable text with a number in it, as `{n}`."""
    return Message(text, {"n": n, **values}, plural, n)


def render(text: Text, lang: Lang) -> str:
    """The words of `text` in `lang`. A plain string stands as it is."""
    if isinstance(text, str):
        return text
    if isinstance(text, Titles):
        return text.pl if lang == "pl" else text.en
    catalog = _catalog(lang)
    template = catalog.ngettext(text.text, text.plural, text.n) if text.plural else catalog.gettext(text.text)
    values = {name: _value(value, lang) for name, value in text.values.items()}
    return template.format(**values)


def _value(value: object, lang: Lang) -> object:
    if isinstance(value, Message | Titles):
        return render(value, lang)
    if isinstance(value, float):
        return f"{value:g}".replace(".", ",") if lang == "pl" else f"{value:g}"
    return value


@lru_cache
def _catalog(lang: Lang) -> gettext.NullTranslations:
    if lang == "en":
        return gettext.NullTranslations()
    return gettext.translation("grader", Path(__file__).parent / "locale", languages=[lang])
