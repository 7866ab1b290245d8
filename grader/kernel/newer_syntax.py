"""Recognises code that only a newer Python can read.

The code is written in an older way: type parameters are left out, `except*` becomes `except`, what stands in an
f-string is looked at by itself. What Python then can read was no mistake; what it can't read even so was one.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from keyword import iskeyword

MAX_SOURCE = 50_000
MAX_DEPTH = 20  # f-strings in f-strings
MAX_BRACKETS = 200  # in one another, as in Python itself
Version = tuple[int, int]
_COMMAND = re.compile(r"^[ \t]*[%!].*$", re.MULTILINE)
_STRING = re.compile(r"(?<!\w)(?i:(rb|br|rf|fr|rt|tr|[rbuft])?)('''|\"\"\"|'|\")|#[^\n]*")
_PLACE = "\ue000"  # stands around the number of a string that was taken out
_PLACED = re.compile(f'"{_PLACE}(\\d+){_PLACE}"')
_NAME = r"[^\W\d]\w*"
_GENERIC = re.compile(rf"\b(?:(?:def|class)[ \t]+|^[ \t]*type[ \t]+){_NAME}[ \t]*(\[)", re.MULTILINE)
_ALIAS = re.compile(rf"^([ \t]*)type[ \t]+({_NAME}[ \t]*=(?!=))", re.MULTILINE)
_EXCEPT_GROUP = re.compile(r"\bexcept[ \t]*\*(?=[ \t]*[^\s:*])")
_ERROR = r"(?:\w+\.)*[A-Z]\w*"
_EXCEPT_SEVERAL = re.compile(rf"^([ \t]*except[ \t]+)((?:{_ERROR}[ \t]*,[ \t]*)+{_ERROR})[ \t]*:", re.MULTILINE)
_LAZY = re.compile(r"^([ \t]*)lazy[ \t]+(?=(?:import|from)[ \t])", re.MULTILINE)
_SUBSCRIPT = re.compile(r"(?:\b(\w+)|[)\]])\[")
_OPEN, _CLOSE = "([{", ")]}"


class _Mistake(Exception):
    """No Python can read it."""


def python_needed(source: str, runs: Version) -> Version | None:
    """The Python that a cell needs which the Python `runs` can't read; None where the cell has a mistake, or needs no
    newer one."""
    if len(source) > MAX_SOURCE or _PLACE in source:
        return None
    try:
        old = _Older()
        text = old.rewrite(_COMMAND.sub("", source))
        newest = max(old.used, default=runs)
        if newest <= runs:
            return None
        _compile(text, "exec")
    except (_Mistake, SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return newest


def _compile(text: str, mode: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a participant's escape sequences
        compile(text, "cell", mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)


@dataclass(slots=True)
class _Older:
    """Writes code in the way of the oldest Python that notebooks run on.

    Attributes:
        used: the Pythons that brought what was found in it.
    """

    used: set[Version] = field(default_factory=set)

    def rewrite(self, source: str, depth: int = 0) -> str:
        """The code in the old way. Raise _Mistake."""
        if depth > MAX_DEPTH:
            raise _Mistake
        strings: list[str] = []
        text = self._without_strings(source, strings, depth)
        for feature in (self._without_parameters, self._without_lazy, self._without_groups, self._without_stars):
            text = feature(text)
        return _PLACED.sub(lambda found: strings[int(found[1])], text)

    # ---- strings

    def _without_strings(self, source: str, strings: list[str], depth: int) -> str:
        """The code with a place for each string, which goes to `strings`; without comments."""
        kept, at = [], 0
        while found := _STRING.search(source, at):
            kept.append(source[at : found.start()])
            at = found.end()
            if found[2] is None:
                continue
            prefix, quote = (found[1] or "").lower(), found[2]
            if set(prefix) & set("ft"):
                fields: list[str] = []
                at = _end_of_formatted(source, at, quote, fields)
                for code in fields:
                    self._look_at(code, quote, depth)
                whole = '""'
                if "t" in prefix:
                    self.used.add((3, 14))
            else:
                at = _end_of_string(source, at, quote)
                whole = source[found.start() : at]
            kept.append(f'"{_PLACE}{len(strings)}{_PLACE}"')
            strings.append(whole)
        return "".join([*kept, source[at:]])

    def _look_at(self, code: str, quote: str, depth: int) -> None:
        """Whether it is code, and whether older Pythons could read it in an f-string with such quotes."""
        if quote in code or "\\" in code or "#" in code or ("\n" in code and len(quote) == 1):
            self.used.add((3, 12))
        inside = self.rewrite(code, depth + 1).strip()
        if inside.endswith("=") and not inside.endswith(("==", "!=", "<=", ">=")):
            inside = inside[:-1]
        inside = re.sub(r"^(?:await|yield from|yield)\b", "", inside)  # these stand in a function around it
        _compile(f"(\n{inside}\n)" if inside.strip() else "", "eval")

    # ---- the rest, where strings are out of the way

    def _without_parameters(self, text: str) -> str:
        """Without the `[T]` of functions, classes and types, and without the word `type`."""
        at = 0
        while found := _GENERIC.search(text, at):
            start, end = found.start(1), _end_of_brackets(text, found.end(1))
            names = [one.strip().lstrip("*") for one in _items(text[start + 1 : end - 1])]
            names = names[:-1] if not names[-1] else names
            if not names:
                raise _Mistake
            _compile(f"def names({', '.join(names)}): pass", "exec")
            self.used.add((3, 13) if any(re.search(r"(?<![=!<>])=(?!=)", name) for name in names) else (3, 12))
            text, at = text[:start] + text[end:], start
        return self._replace(_ALIAS, r"\1\2", text, (3, 12))

    def _without_lazy(self, text: str) -> str:
        return self._replace(_LAZY, r"\1", text, (3, 15))

    def _without_groups(self, text: str) -> str:
        text = self._replace(_EXCEPT_GROUP, "except ", text, (3, 11))
        # `except ValueError, error:` is how Python 2 was written: there, it is a mistake.
        return self._replace(_EXCEPT_SEVERAL, r"\1(\2):", text, (3, 14))

    def _replace(self, pattern: re.Pattern[str], by: str, text: str, version: Version) -> str:
        replaced, count = pattern.subn(by, text)
        if count:
            self.used.add(version)
        return replaced

    def _without_stars(self, text: str) -> str:
        """Without the star in `a[*b]`."""
        subscripts = [found for found in _SUBSCRIPT.finditer(text) if not iskeyword(found[1] or "")]
        stars = [star for found in subscripts for star in _stars(text, found.end())]
        if stars:
            self.used.add((3, 11))
        letters = list(text)
        for star in stars:
            letters[star] = " "
        return "".join(letters)


def _stars(text: str, at: int) -> Iterator[int]:
    """Where the items begin that have a star, in the brackets whose contents begin here."""
    for item in _items(text[at : _end_of_brackets(text, at) - 1]):
        if re.match(r"\s*\*(?!\*)", item) and not re.search(r"\bfor\b", item):
            yield at + item.index("*")
        at += len(item) + 1


def _end_of_string(source: str, at: int, quote: str) -> int:
    """Where the string ends whose text begins here. Raise _Mistake where it does not end."""
    while at < len(source):
        if source.startswith(quote, at):
            return at + len(quote)
        if source[at] == "\n" and len(quote) == 1:
            raise _Mistake
        at += 2 if source[at] == "\\" else 1
    raise _Mistake


def _end_of_formatted(source: str, at: int, quote: str, fields: list[str], depth: int = 0) -> int:
    """Where the f-string ends whose text begins here. The code in it goes to `fields`. Raise _Mistake."""
    if depth > MAX_DEPTH:
        raise _Mistake
    while not source.startswith(quote, at):
        letter = source[at : at + 1]
        if letter == "\\" or source[at : at + 2] in ("{{", "}}"):
            at += 2
        elif letter == "{":
            at = _end_of_field(source, at + 1, quote, fields, depth)
        elif letter in ("", "}") or (letter == "\n" and len(quote) == 1):
            raise _Mistake
        else:
            at += 1
    return at + len(quote)


def _end_of_field(source: str, at: int, quote: str, fields: list[str], depth: int) -> int:
    """Where `{...}` ends whose code begins here."""
    end = _end_of_code(source, at, depth)
    fields.append(source[at:end])
    if source[end] == "!":
        if source[end + 1 : end + 2] not in ("r", "s", "a"):
            raise _Mistake
        end += 2
    if source[end : end + 1] == ":":
        return _end_of_format(source, end + 1, quote, fields, depth + 1)
    if source[end : end + 1] != "}":
        raise _Mistake
    return end + 1


def _end_of_format(source: str, at: int, quote: str, fields: list[str], depth: int) -> int:
    """Where `{...}` ends whose format begins here. A format may hold further fields."""
    while source[at : at + 1] != "}":
        if source[at : at + 1] == "{" and depth <= MAX_DEPTH:
            at = _end_of_field(source, at + 1, quote, fields, depth)
        elif at >= len(source) or source[at] in "{\n" or source.startswith(quote, at):
            raise _Mistake
        else:
            at += 1
    return at + 1


def _end_of_code(source: str, at: int, depth: int) -> int:
    """Where the code of a field ends: at `}`, `:` or `!` outside of all brackets and strings."""
    open_brackets: list[str] = []
    while at < len(source):
        found = _STRING.match(source, at)
        if found:
            at = _end_of_token(source, found, depth)
            continue
        letter = source[at]
        if not open_brackets and (letter in "}:" or (letter == "!" and source[at + 1 : at + 2] != "=")):
            return at
        _follow(letter, open_brackets)
        at += 1
    raise _Mistake


def _end_of_token(source: str, found: re.Match[str], depth: int) -> int:
    """Where a string or a comment ends of which `found` is the beginning."""
    if found[2] is None:
        return found.end()
    if set((found[1] or "").lower()) & set("ft"):
        return _end_of_formatted(source, found.end(), found[2], [], depth + 1)
    return _end_of_string(source, found.end(), found[2])


def _follow(letter: str, open_brackets: list[str]) -> None:
    """Keep the brackets that are open after this letter. Raise _Mistake where they are more than Python reads."""
    if letter in _OPEN:
        open_brackets.append(letter)
    elif letter in _CLOSE and (not open_brackets or _OPEN.index(open_brackets.pop()) != _CLOSE.index(letter)):
        raise _Mistake
    if len(open_brackets) > MAX_BRACKETS:
        raise _Mistake


def _end_of_brackets(text: str, at: int) -> int:
    """Where the square brackets end whose contents begin here."""
    open_brackets = ["["]
    while open_brackets:
        if at == len(text):
            raise _Mistake
        _follow(text[at], open_brackets)
        at += 1
    return at


def _items(text: str) -> list[str]:
    """What commas separate, outside of all brackets."""
    items, open_brackets = [""], list[str]()
    for letter in text:
        _follow(letter, open_brackets)
        if letter == "," and not open_brackets:
            items.append("")
        else:
            items[-1] += letter
    return items
