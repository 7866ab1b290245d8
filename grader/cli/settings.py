"""Settings from a file: `grade.toml`, or `[tool.grade]` in a pyproject.toml, with the command line's names as keys.

The command line takes precedence over the environment (GRADE_MIN_SCORE ...), the environment over the file, and the
file over the defaults.

A participant may have put a file beside the notebook, so a file that was only found may not set everything:

- under CI, where the working folder is the participant's repository, no file is looked for;
- a file inside of what is graded, or of its git repository, may set the language and how much is shown;
- a file outside of it may also set what a verdict depends on, but not code (`course`), walls or files to write.

A file that is named (`--config FILE`, GRADE_CONFIG) is the operator's and may set everything.
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from grader.cli import click_texts
from grader.cli.help_texts import Command, help_text
from grader.config import under_ci
from grader.errors import GraderError, UsageError
from grader.i18n import Text, msg

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE, SHARED_FILE, TABLE = "grade.toml", "pyproject.toml", "tool.grade"
PREFIX = "GRADE_"
ANYWHERE = frozenset({"lang", "verbose"})
OUTSIDE = ANYWHERE | {
    "exercise", "jobs", "min-score", "exit-zero", "cell-timeout", "call-timeout", "total-timeout", "memory", "kernel",
    "seed",
}  # fmt: skip
_NO_SETTINGS = frozenset({"help", "version", "config", "no-config", "show-config", "doctor"})
MAX_BYTES = 1 << 20
_META = "grader.cli.settings"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a settings file sets.

    Attributes:
        file: The file; None if there is none.
        values: The values, by the names of the command's parameters.
        notes: What to tell the operator about the file.
    """

    file: Path | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that choose and show its settings."""
    for decorate in (
        click.option("--show-config", is_flag=True, help=help_text(msg("Print every setting and its source."))),
        click.option("--no-config", is_flag=True, expose_value=False, help=help_text(msg("Use no settings file."))),
        click.option(
            "--config",
            "config_file",
            type=click.Path(path_type=Path),
            metavar="FILE",
            expose_value=False,
            help=help_text(
                msg(
                    "Settings file. [default: {file} or [{table}] in {shared}, which may set less]",
                    file=FILE,
                    table=TABLE,
                    shared=SHARED_FILE,
                )
            ),
        ),
    ):
        command = decorate(command)
    return command


class ConfiguredCommand(Command):
    """A command whose options can also be set in the environment and in a file."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, option in keys(self).items():
            option.envvar = option.envvar or PREFIX + key.upper().replace("-", "_")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        found = self._settings(ctx, args)
        ctx.default_map = dict(found.values)
        ctx.meta[_META] = found
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except GraderError as error:
            error.lang = ctx.params.get("lang")
            raise

    def _settings(self, ctx: click.Context, args: list[str]) -> Settings:
        given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
        if ctx.resilient_parsing or given.get("help") is True or given.get("no_config") is True:
            return Settings()
        named = given.get("config_file")  # an option that was not given is missing, or click's marker for that
        named = named if isinstance(named, str) else os.environ.get(f"{PREFIX}CONFIG")
        if named:
            return _load_named(self, Path(named))
        paths = given.get("paths")
        paths = list(paths) if isinstance(paths, list | tuple) else []
        return _load_found(self, [Path(path) for path in paths or ["."]], Path.cwd(), os.environ)


def of(context: click.Context) -> Settings:
    found: Settings = context.meta.get(_META, Settings())
    return found


def keys(command: click.Command) -> dict[str, click.Option]:
    """Every setting of a command, by its name in a file."""
    found = {}
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            name = next(name for name in option.opts if name.startswith("--")).removeprefix("--")
            if name not in _NO_SETTINGS:
                found[name] = option
    return found


def table(context: click.Context) -> Iterator[tuple[str, str, str]]:
    """Each setting with its value and the source of that."""
    for key, option in keys(context.command).items():
        assert option.name is not None
        yield key, _format(context.params[option.name]), _source(context, option)


def _source(context: click.Context, option: click.Option) -> str:
    assert option.name is not None
    source = context.get_parameter_source(option.name)
    if source is ParameterSource.COMMANDLINE:
        return "command line"
    if source is ParameterSource.ENVIRONMENT:
        return str(option.envvar)
    return str(of(context).file) if source is ParameterSource.DEFAULT_MAP else "default"


def _format(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "-"
    return "-" if value is None else str(value)


# ---- files


def _load_named(command: click.Command, file: Path) -> Settings:
    """The settings of a file that the operator named. All of them count, and a mistake in it is an error."""
    return _use(command, file, _check(command, file, _read(file)))


def _load_found(command: click.Command, paths: Sequence[Path], cwd: Path, environ: Mapping[str, str]) -> Settings:
    """The settings of the nearest file, as far as it may set them."""
    file = _find_nearest(cwd)
    if file is None:
        return Settings()
    if under_ci(environ):
        return Settings(
            notes=(msg("{file} is not used: under CI a settings file must be named with --config", file=str(file)),)
        )
    inside = any(_holds(path, file) for path in paths)
    try:
        raw = _read(file)
        allowed = ANYWHERE if inside else OUTSIDE
        values = _check(command, file, {key: value for key, value in raw.items() if key in allowed or not inside})
    except UsageError as error:
        if not inside:
            raise
        return Settings(notes=(msg("{file} is not used: {error}", file=str(file), error=error.text),))
    left_out = [key for key in keys(command) if key in raw and key not in allowed]
    settings = _use(command, file, {key: value for key, value in values.items() if key in allowed})
    if not left_out:
        return settings
    why = msg("the file lies in what is graded") if inside else msg("the file was found, not named")
    note = msg(
        "{keys} in {file} not used, because {why}. If it is yours: --config {file}",
        keys=", ".join(left_out),
        file=str(file),
        why=why,
    )
    return Settings(file, settings.values, (*settings.notes, note))


def _use(command: click.Command, file: Path, values: Mapping[str, object]) -> Settings:
    notes = (f"settings from {file}: {', '.join(values)}",) if values else ()
    return Settings(file, {str(keys(command)[key].name): value for key, value in values.items()}, notes)


def _find_nearest(cwd: Path) -> Path | None:
    """The nearest file from the working folder up to the root of its repository. Outside a repository, only the working
    folder counts."""
    folders = [cwd, *cwd.parents]
    root = next((folder for folder in folders if _is_repository(folder)), cwd)
    for folder in folders[: folders.index(root) + 1]:
        if _is_file(folder / FILE):
            return folder / FILE
        if _is_file(folder / SHARED_FILE) and _has_table(folder / SHARED_FILE):
            return folder / SHARED_FILE
    return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except PermissionError:  # the folder may not be entered
        return False


def _has_table(file: Path) -> bool:
    try:
        return f"[{TABLE}" in _text(file)
    except UsageError:
        return False


def _is_repository(folder: Path) -> bool:
    return os.path.lexists(folder / ".git")


def _holds(path: Path, file: Path) -> bool:
    """Whether a file lies in what is graded: in its folder, or in a repository that the folder is part of."""
    path, file = path.resolve(), file.resolve()
    folder = path if path.is_dir() else path.parent
    return any(file.is_relative_to(one) for one in (folder, *filter(_is_repository, folder.parents)))


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise UsageError(
                "{file} can't be read: it is longer than {max_bytes} bytes", file=file, max_bytes=MAX_BYTES
            )
        return data.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("{file} can't be read: {error}", file=file, error=error) from error


def _read(file: Path) -> dict[str, Any]:
    try:
        raw = tomllib.loads(_text(file))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError("{file} is not TOML: {error}", file=file, error=error) from error
    if file.name == SHARED_FILE:
        tool = raw.get("tool", {})
        raw = tool.get("grade", {}) if isinstance(tool, dict) else {}
    if not isinstance(raw, dict):
        raise UsageError("{file}: [{table}] must be a table", file=file, table=TABLE)
    return raw


# ---- values


def _check(command: click.Command, file: Path, raw: Mapping[str, Any]) -> dict[str, object]:
    """The values as the command line would have them. Raise UsageError for an unknown key or a wrong value."""
    known = keys(command)
    for key in raw:
        if key not in known:
            near = difflib.get_close_matches(key.replace("_", "-"), known, n=1, cutoff=0.5)
            hint = (
                msg("Did you mean {name}?", name=repr(near[0]))
                if near
                else msg("Available: {names}", names=", ".join(known))
            )
            raise UsageError("{file}: there is no setting {key}. {hint}", file=file, key=repr(key), hint=hint)
    return {key: _check_value(known[key], key, value, file) for key, value in raw.items()}


def _is_installed(course: str) -> bool:
    from grader.course.places import installed_courses

    return course in installed_courses()


def _check_value(option: click.Option, key: str, value: object, file: Path) -> object:
    """Paths, and files of reports, are relative to the settings file."""
    if option.multiple:
        items = value if isinstance(value, list) else [value]
        return [_check_one(option, key, item, file, msg("a string or a list of strings")) for item in items]
    return _check_one(option, key, value, file, msg("a string"))


def _check_one(option: click.Option, key: str, value: object, file: Path, wanted: Text) -> object:
    if option.is_flag:
        wanted, right = msg("true or false"), isinstance(value, bool)
    elif isinstance(option.type, click.types.IntParamType):
        wanted, right = msg("a whole number"), isinstance(value, int) and not isinstance(value, bool)
    elif isinstance(option.type, click.types.FloatParamType):
        wanted, right = msg("a number"), isinstance(value, int | float) and not isinstance(value, bool)
    else:
        right = isinstance(value, str)
    if not right:
        raise UsageError(
            "{file}: {key} must be {wanted}, not {value}", file=file, key=key, wanted=wanted, value=repr(value)
        )
    if isinstance(option.type, click.Path) and not (key == "course" and _is_installed(str(value))):
        value = str(file.parent / str(value))
    elif key == "report" and "=" in str(value):
        name, _, report = str(value).partition("=")
        value = f"{name}={file.parent / report}"
    try:
        option.type.convert(value, option, None)
    except click.BadParameter as error:
        raise UsageError(
            "{file}: {key}: {message}", file=file, key=key, message=click_texts.message(error.message)
        ) from error
    return value
