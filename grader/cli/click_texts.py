"""What click says of a command line that it can't read, in any of our languages.

click writes its messages in English; the ones that our commands can meet stand here, word for word. One that does not
stays as it is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from itertools import pairwise
from string import Formatter

import click

from grader.i18n import LANGUAGES, Lang, Message, Text, locale_language, msg, render

_MESSAGES: tuple[Message, ...] = (
    msg("Invalid value for {name}: {problem}"),
    msg("Invalid value: {problem}"),
    msg("No such option: {name} Did you mean {near}?"),
    msg("No such option: {name} (Possible options: {near})"),
    msg("No such option {name}. Did you mean {near}?"),
    msg("No such option {name}. (Did you mean one of: {near}?)"),
    msg("No such option: {name}"),
    msg("No such option {name}."),
    msg("No such command {name}. Did you mean {near}?"),
    msg("No such command {name}."),
    msg("Option {name} requires an argument."),
    msg("Option {name} requires {n} arguments."),
    msg("Option {name} does not take a value."),
    msg("Missing argument {name}."),
    msg("Missing option {name}."),
    msg("Missing argument {name}. {problem}"),
    msg("Missing command."),
    msg("Choose from: {choices}"),
    msg("Got unexpected extra argument ({given})"),
    msg("Got unexpected extra arguments ({given})"),
    msg("{given} is not one of {choices}."),
    msg("{given} is not in the range {range}."),
    msg("{given} is not a valid integer."),
    msg("{given} is not a valid float."),
    msg("{given} is not a valid integer range."),
    msg("{given} is not a valid float range."),
    msg("{given} is not a valid boolean."),
    msg("{kind} {given} does not exist."),
    msg("{kind} {given} is a directory."),
    msg("{kind} {given} is a file."),
    msg("{kind} {given} is not readable."),
    msg("{kind} {given} is not writable."),
)
_KINDS: Mapping[str, Message] = {
    "File": msg("File"),
    "Directory": msg("Directory"),
    "Path": msg("Path"),
}


def message(text: str) -> Text:
    """A message of click's, to be said in any language."""
    text = " ".join(text.split())
    for known in _MESSAGES:
        found = _pattern(known.text).fullmatch(text)
        if found is not None:
            return Message(known.text, {name: _value(name, value) for name, value in found.groupdict().items()})
    return text


def show(error: click.ClickException, lang: Lang) -> None:
    """Print the error as click does, in the language."""
    if isinstance(error, click.UsageError) and error.ctx is not None:
        lang = (error.ctx.default_map or {}).get("lang", lang)
    if not isinstance(error, click.UsageError) or error.ctx is None:
        click.echo(render(msg("Error: {problem}", problem=message(error.format_message())), lang), err=True)
        return
    command = error.ctx.command_path
    usage = " ".join(error.ctx.command.collect_usage_pieces(error.ctx))
    click.echo(render(msg("Usage: {command}", command=f"{command} {usage}"), lang), err=True)
    if error.ctx.help_option_names:
        option = error.ctx.help_option_names[0]
        click.echo(render(msg("Try '{command}' for help.", command=f"{command} {option}"), lang), err=True)
    problem = message(error.format_message())
    click.echo("\n" + render(msg("Error: {problem}", problem=problem), lang), err=True)


def language(args: Sequence[str] | None, environ: Mapping[str, str]) -> Lang:
    """The language of a command line that may be none that can be read: of --lang, of GRADE_LANG or of the locale."""
    given = list(args if args is not None else sys.argv[1:])
    named = [after for before, after in pairwise(given) if before == "--lang"]
    named += [one.removeprefix("--lang=") for one in given if one.startswith("--lang=")]
    wanted = named[-1] if named else environ.get("GRADE_LANG", "")
    return next((lang for lang in LANGUAGES if lang == wanted), locale_language(environ))


def _value(name: str, value: str) -> Text:
    if name == "problem":
        return message(value)
    return _KINDS.get(value, value) if name == "kind" else value


def _pattern(text: str) -> re.Pattern[str]:
    parts = [
        re.escape(literal) + (f"(?P<{name}>.+?)" if name else "") for literal, name, _, _ in Formatter().parse(text)
    ]
    return re.compile("".join(parts))
