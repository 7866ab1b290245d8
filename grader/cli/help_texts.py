"""What `--help` says, in the reader's language.

click keeps a help text as a string, so the options are given their English words, and the text behind these is found
again when it is shown. The names of values (FILE, PERCENT) stay as they are.
"""

from __future__ import annotations

import os
import re
import textwrap
from collections.abc import Iterable
from typing import Any

import click

from grader.cli.click_texts import language
from grader.i18n import Lang, Message, msg, render

_TEXTS: dict[str, Message] = {}
_META = "grader.cli.help_texts"
_ROW = re.compile(r"(?P<help>.*?)(?:  \[(?P<facts>[^\[\]]*)\])?", re.DOTALL)


def help_text(text: Message) -> str:
    """The English words of a help text, for click."""
    english = render(text, "en")
    _TEXTS[english] = text
    return english


for _known in (msg("Options"), msg("Commands"), msg("Show this message and exit."), msg("required")):
    help_text(_known)


class Command(click.Command):
    """A command whose help is in the language that its line, the environment or the locale names."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta.setdefault(_META, language(args, os.environ))
        return super().parse_args(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        formatter = _Formatter(ctx.meta.get(_META, "en"), width=ctx.terminal_width, max_width=ctx.max_content_width)
        self.format_help(ctx, formatter)
        return formatter.getvalue().rstrip("\n")


class Group(Command, click.Group):
    """A command with commands, whose help is in the reader's language."""

    command_class = Command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        lang: Lang = ctx.meta.get(_META, "en")
        room = formatter.width - 6 - max(map(len, self.commands))
        rows = [(name, _short(_say(self.commands[name].help or "", lang), room)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


class _Formatter(click.HelpFormatter):
    """Writes help in a language."""

    def __init__(self, lang: Lang, width: int | None, max_width: int | None) -> None:
        super().__init__(width=width, max_width=max_width)
        self._lang = lang

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, render(msg("Usage: {command}", command=""), self._lang))

    def write_heading(self, heading: str) -> None:
        super().write_heading(_say(heading, self._lang))

    def write_text(self, text: str) -> None:
        super().write_text(_say(text, self._lang))

    def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().write_dl([(left, _say_row(right, self._lang)) for left, right in rows], *args, **kwargs)


def _short(text: str, room: int) -> str:
    """The first sentence, without its full stop."""
    sentence = re.split(r"\.(?:\s|$)", text, maxsplit=1)[0]
    return textwrap.shorten(sentence, room, placeholder="...")


def _say(english: str, lang: Lang) -> str:
    found = _TEXTS.get(english)
    return english if found is None else render(found, lang)


def _say_row(english: str, lang: Lang) -> str:
    """What stands beside an option: its help, and in brackets what click knows of it."""
    match = _ROW.fullmatch(english)
    if match is None or match["facts"] is None:
        return _say(english, lang)
    facts = "; ".join(_say_fact(fact, lang) for fact in match["facts"].split("; "))
    return f"{_say(match['help'], lang)}  [{facts}]"


def _say_fact(english: str, lang: Lang) -> str:
    name, colon, value = english.partition(": ")
    if name == "default" and colon:
        return render(msg("default: {value}", value=value), lang)
    return _say(english, lang)
