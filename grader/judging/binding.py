"""Which of a participant's parameters is which of the course's: by name first, then by position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice, permutations

from grader.course.course import Course, Exercise, normal
from grader.kernel.session import Parameter, Version
from grader.submissions.similar_names import most_similar

MAX_ORDERS = 24
_POSITIONAL = frozenset({"positional_only", "positional_or_keyword"})


class LeftOut:
    """Stands for an argument that a call leaves out, so that the function's default counts."""


LEFT_OUT = LeftOut()


@dataclass(frozen=True, slots=True)
class Binding:
    """How to call a version: for each place, and each keyword, the index of the course's argument.

    Attributes:
        places, keywords: the indices.
        names: what the version calls its places, where that is known.
    """

    places: tuple[int, ...]
    keywords: tuple[tuple[str, int], ...] = ()
    names: tuple[str, ...] = field(default=(), compare=False)

    def arrange(self, arguments: Sequence[object]) -> tuple[list[object], dict[str, object]]:
        """The course's arguments in the version's own order, without those that are left out: what stands behind one
        of them is given by name."""
        given = [arguments[index] for index in self.places]
        if id(LEFT_OUT) not in map(id, arguments):
            return given, {name: arguments[index] for name, index in self.keywords} if self.keywords else {}
        first = next((place for place, value in enumerate(given) if value is LEFT_OUT), len(given))
        named = dict(zip(self.names[first:], given[first:], strict=False))
        named |= {name: arguments[index] for name, index in self.keywords}
        return given[:first], {name: value for name, value in named.items() if value is not LEFT_OUT}

    def collect(self, args: Sequence[object], kwargs: Mapping[str, object], version: Version | None) -> list[object]:
        """The reverse: arguments of a call in the version's order, put in the course's. KeyError if some lack."""
        if not kwargs and self.places == tuple(range(len(args))):
            return list(args)
        found: dict[int, object] = dict(zip(self.places, args, strict=False))
        for name, index in self._by_name(version).items() if kwargs else ():
            if name in kwargs:
                found[index] = kwargs[name]
        return [found[index] for index in range(len(found))]

    def _by_name(self, version: Version | None) -> dict[str, int]:
        by_name = dict(self.keywords)
        if version is not None and version.parameters:
            positional = [parameter.name for parameter in version.parameters if parameter.kind in _POSITIONAL]
            by_name |= dict(zip(positional, self.places, strict=False))
        return by_name


def bindings(version: Version, exercise: Exercise, course: Course) -> Sequence[Binding]:
    """The ways to call a version for an exercise, the likeliest first; none when the arguments don't fit."""
    if version.parameters is None:
        return (Binding(tuple(range(len(exercise.parameters)))),)
    return _bindings(tuple(version.parameters), tuple(exercise.parameters), course)


@lru_cache(1000)
def _bindings(parameters: Sequence[Parameter], wanted: Sequence[str], course: Course) -> tuple[Binding, ...]:
    return tuple(_each_binding(parameters, wanted, course))


def _each_binding(parameters: Sequence[Parameter], wanted: Sequence[str], course: Course) -> Iterator[Binding]:
    own = [parameter for parameter in parameters if not parameter.kind.startswith("var_")]
    kinds = {parameter.kind for parameter in parameters}
    matched = _match(own, wanted, course)
    rest = [index for index in range(len(wanted)) if index not in matched.values()]
    unnamed = [place for place in range(len(own)) if place not in matched]
    required = [place for place in unnamed if not own[place].has_default]
    optional = [place for place in unnamed if own[place].has_default]
    free = sorted([*required, *optional[: max(0, len(rest) - len(required))]])
    surplus = len(rest) - len(free)
    if surplus < 0 or (surplus > 0 and "var_positional" not in kinds):
        return
    for order in islice(permutations(rest), MAX_ORDERS):
        binding = _binding(own, matched | dict(zip(free, order, strict=False)), order[len(free) :])
        if binding is not None:
            yield binding


def lacking(version: Version, exercise: Exercise, course: Course) -> list[str]:
    """The course's arguments that no parameter of a version takes, where the names of all that it has tell."""
    own = [parameter for parameter in version.parameters or [] if not parameter.kind.startswith("var_")]
    matched = _match(own, exercise.parameters, course)
    if len(matched) < len(own):
        return []
    return [name for index, name in enumerate(exercise.parameters) if index not in matched.values()]


def _match(own: Sequence[Parameter], wanted: Sequence[str], course: Course) -> dict[int, int]:
    """Places of the version's parameters to indices of the course's, where the names tell; exact names first."""
    matched: dict[int, int] = {}
    for exact in (True, False):
        for place, parameter in enumerate(own):
            for index, name in enumerate(wanted):
                names = (normal(name),) if exact else course.names[name]
                if place not in matched and index not in matched.values() and normal(parameter.name) in names:
                    matched[place] = index
    return matched


def _binding(own: Sequence[Parameter], chosen: dict[int, int], extra: Sequence[int]) -> Binding | None:
    """None where a parameter that is left at its default stands before one that can only be given by place."""
    places: list[int] = []
    keywords: list[tuple[str, int]] = []
    skipped = False
    for place, parameter in enumerate(own):
        if place not in chosen:
            skipped = True
        elif parameter.kind in _POSITIONAL and not skipped:
            places.append(chosen[place])
        elif parameter.kind == "positional_only":
            return None
        else:
            keywords.append((parameter.name, chosen[place]))
    if extra and (skipped or keywords):
        return None
    names = tuple(parameter.name for parameter in own[: len(places)])
    return Binding((*places, *extra), tuple(keywords), names)


def near_miss(versions: Sequence[Version], exercise: Exercise) -> Version | None:
    """A function whose name is almost the exercise's."""
    names = {version.name: version for version in versions if version.name not in exercise.names}
    lowered = {name.lower().replace("_", ""): name for name in names}
    for wanted in exercise.names:
        close = most_similar(normal(wanted), lowered, cutoff=0.8)
        if close is not None:
            return names[lowered[close]]
    return None
