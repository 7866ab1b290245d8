"""Google Forms: "workshop - Anna Kot.ipynb", for a file: its own name, and the name of the person who uploaded it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from grader.submissions.platforms.owner import Owner, compose

_PARTICLES = frozenset("de del della di da dos du la le van von der den ter ten al el bin i y".split())


def users(names: Collection[str]) -> Mapping[str, Owner]:
    """Who uploaded each of the files that stand together, if most end in a full name, and what is before these names is
    not what tells people apart."""
    parts = {name: _parts(compose(name)) for name in names}
    found = {name: (own, who) for name, (own, who) in parts.items() if own and is_full_name(who)}
    people, files = {who for _, who in found.values()}, {own.casefold() for own, _ in found.values()}
    reversed_order = any(is_full_name(own) for own, _ in found.values()) and len(files) >= len(people)
    if 2 * len(found) <= len(names) or len(found) < 2 or reversed_order:
        return {}
    return {name: Owner(who) for name, (_, who) in found.items()}


def _parts(name: str) -> tuple[str, str]:
    stem = name.rpartition(".")[0] or name
    own, _, who = stem.rpartition(" - ")
    return own.strip(), who.strip()


def is_full_name(text: str) -> bool:
    """Whether it is written as first names and a surname are."""
    words = text.split()
    names = [word for word in words if word not in _PARTICLES]
    letters = text.replace(" ", "").replace("-", "").replace("'", "").replace("’", "").replace(".", "")
    return len(names) > 1 and letters.isalpha() and all(word[:1].isupper() for word in names)
