"""Which board a watched class gets."""

from __future__ import annotations

from rich.console import Console

from grader.batch.dashboard import Dashboard, Feed, Screen
from grader.batch.projector import Counter, Projector
from grader.i18n import Lang


def open_dashboard(console: Console, lang: Lang, title: str, anonymous: bool = False) -> Dashboard:
    """The board that fits the console; if `anonymous`, the one for a projector."""
    if console.is_terminal and not console.is_dumb_terminal:
        return (Projector if anonymous else Screen)(console, lang, title)
    return (Counter if anonymous else Feed)(console, lang)
