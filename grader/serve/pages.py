"""Pages from templates: those of a workshop around the pieces of the report."""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from grader.i18n import LANGUAGES, Lang
from grader.report.page import page
from grader.serve.labels import FUNCTIONS, LABELS, LANGUAGE_NAMES

if TYPE_CHECKING:
    from jinja2 import Environment

STATIC: Mapping[str, str] = {"page.css": "text/css", "serve.css": "text/css", "serve.js": "text/javascript"}
"""The files that pages load, and what each is."""


def render(name: str, lang: Lang, values: Mapping[str, Any]) -> str:
    """The page of a template."""
    return _environment(lang).get_template(f"{name}.html").render(values)


@lru_cache
def static(name: str) -> bytes:
    """One of the files of STATIC."""
    if name == "page.css":
        return page.asset(name).encode()
    return (resources.files("grader.serve") / "templates" / name).read_bytes()


@lru_cache
def _environment(lang: Lang) -> Environment:
    from jinja2 import ChoiceLoader, PackageLoader

    base = page.environment(lang)
    own = PackageLoader("grader.serve", "templates")
    made = base.overlay(loader=ChoiceLoader([own, base.loader] if base.loader else [own]))
    made.filters = {**base.filters, "clock": clock}
    names = [(one, LANGUAGE_NAMES[one]) for one in LANGUAGES]
    made.globals = {**base.globals, "t": SimpleNamespace(**LABELS, **FUNCTIONS), "lang": lang, "languages": names}
    return made


def clock(at_s: float) -> str:
    """The time of day."""
    return time.strftime("%H:%M:%S", time.localtime(at_s))


def day_and_clock(at_s: float) -> str:
    """The day and the time of day."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at_s))
