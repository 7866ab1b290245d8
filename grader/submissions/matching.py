"""Whose row on the list of participants each submission belongs to. Where that is not certain, it belongs to none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import chain
from pathlib import Path

from grader.i18n import Text, msg
from grader.model import Id, Namespace, Person, Unmatched
from grader.submissions.submission import File, Submission

MIN_DIGITS = 4  # of a number that tells a person where it stands among other words: 1, 2, 3 count anything
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})


class Evidence(IntEnum):
    """How somebody was recognised, the weakest first.

    `INSIDE`: by a file's name in a folder whose own name tells nobody. `WORDS`: by words among others. `NAME`: by the
    whole name or address. `ID`: by a number of the same namespace.
    """

    INSIDE = 1
    WORDS = 2
    NAME = 3
    ID = 4


@dataclass(frozen=True, slots=True)
class Fit:
    """Those on the list whom a submission fits. `id_is_of`: whose its number is, where its name is not theirs."""

    people: tuple[Person, ...] = ()
    evidence: Evidence = Evidence.INSIDE
    id_is_of: Person | None = None
    wrong_id: bool = False
    wrong_login: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """The people of entries, by the entries' places; those entries whose people are not certain, with the reason; and
    the places of those who are not on the list."""

    owners: Mapping[int, Person]
    unmatched: Mapping[int, Unmatched]
    strangers: Sequence[int]


def match(
    submissions: Sequence[Submission],
    called: Sequence[Sequence[str]],
    people: Sequence[Person],
    classes: Iterable[Path],
) -> Matching:
    """`called`: for each entry the names that its file or folder gives it, the most telling first; `classes`: archives
    that hold a class, not what one participant has packed."""
    register, packed = Register(people), frozenset(classes)
    fits = {
        place: register.fit(entry, names, _inside_names(entry, packed))
        for place, (entry, names) in enumerate(zip(submissions, called, strict=True))
    }
    claims: dict[Person, list[int]] = {}
    refused: dict[int, Text] = {}
    for place, fit in fits.items():
        reason = _refusal(submissions[place], fit)
        if reason is not None:
            refused[place] = reason
        elif fit.people:
            claims.setdefault(fit.people[0], []).append(place)
    for person, places in claims.items():
        for place in _beaten(places, fits, submissions):
            refused[place] = _not_theirs(submissions[place], person)
    owners = {place: person for person, places in claims.items() for place in places if place not in refused}
    unmatched = {
        place: _unmatched(submissions[place], fits[place], reason) for place, reason in sorted(refused.items())
    }
    return Matching(owners, unmatched, [place for place, fit in fits.items() if not (fit.people or place in refused)])


def _refusal(entry: Submission, fit: Fit) -> Text | None:
    if fit.id_is_of is not None:
        return msg(
            "{who} has a number that is {other}'s on the list. Correct the list, or the name of the file or folder.",
            who=_who(entry),
            other=fit.id_is_of.name,
        )
    if fit.wrong_id:
        return msg(
            "{who} has another number on the list. Correct one of them; or is the list that of another assignment?",
            who=_who(entry),
        )
    if fit.wrong_login:
        return msg(
            "{who} is called like {name} on the list, who has another login there. Correct the login on the list.",
            who=_who(entry),
            name=fit.people[0].name,
        )
    if len(fit.people) > 1:
        return msg(
            "{who} fits several people on the list: {names}. Tell them apart by an id or an address.",
            who=_who(entry),
            names=", ".join(map(_called, fit.people)),
        )
    return None


def _who(entry: Submission) -> str:
    return f"{entry.participant} ({entry.id})" if entry.id not in {"", entry.participant} else entry.participant


def _called(person: Person) -> str:
    beside = person.id or person.email
    return f"{person.name} ({beside})" if beside else person.name


def _not_theirs(entry: Submission, person: Person) -> Text:
    return msg(
        "{who} may be {name} on the list, but so may another submission. Tell them apart by an id or an address.",
        who=_who(entry),
        name=person.name,
    )


def _unmatched(entry: Submission, fit: Fit, reason: Text) -> Unmatched:
    people = (*fit.people, *((fit.id_is_of,) if fit.id_is_of else ()))
    contradicted = fit.wrong_id or fit.wrong_login or fit.id_is_of is not None
    return Unmatched(entry.participant, entry.path, reason, tuple(dict.fromkeys(people)), contradicted)


def _beaten(places: Sequence[int], fits: Mapping[int, Fit], submissions: Sequence[Submission]) -> set[int]:
    """Of the entries that all fit one person, those that are not certain to be this person's: where a platform tells
    two people apart, all but the one that fits best; what only names inside it tell, where there is anything else."""
    best = max(fits[place].evidence for place in places)
    beaten = {place for place in places if fits[place].evidence is Evidence.INSIDE and len(places) > 1}
    for namespace in (Namespace.MOODLE, Namespace.CANVAS, Namespace.OTHER, Namespace.LOGIN):
        told = {place: id for place in places for id in submissions[place].ids if id.namespace is namespace}
        leading = {id for place, id in told.items() if fits[place].evidence is best}
        if len(set(told.values())) > 1:
            beaten |= {place for place, id in told.items() if leading != {id}}
    return beaten


def _inside_names(entry: Submission, classes: frozenset[Path]) -> list[str]:
    """What the files are called, as far as it is not their author who chose that: a platform's download has the
    participant's own names, and so has an archive that the participant packed, whose own name counts instead."""
    if entry.ids:
        return []
    return list(dict.fromkeys(_outer_name(file, classes) for file in entry.files))


def _outer_name(file: File, classes: frozenset[Path]) -> str:
    path = file.shown
    if file.members and (file.path not in classes or len(file.members) > 1):
        path = file.members[0] if file.path in classes else str(file.path)
    name = path.replace("\\", "/").rpartition("/")[2]
    return name.rpartition(".")[0] or name


class Register:
    """Finds people by their numbers, names and addresses."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._by_id: dict[Id, list[Person]] = {}
        self._by_name: dict[str, list[Person]] = {}
        self._by_handle: dict[str, list[Person]] = {}
        self._by_number: dict[str, list[Person]] = {}
        self._by_likely: dict[str, list[Person]] = {}
        self._by_words = [(set(_words(person.name)), person) for person in people]
        self._by_address = [(person.email.casefold(), person) for person in people if "@" in person.email]
        for person in people:
            for id in person.ids:
                self._by_id.setdefault(id, []).append(person)
            for login in {_folded(key) for key in (person.login, person.login.partition("@")[0]) if key}:
                self._by_id.setdefault(Id(Namespace.LOGIN, login), []).append(person)
            for key in {*_numbers(person), *([_folded(person.email.partition("@")[0])] if person.email else [])}:
                self._by_likely.setdefault(key, []).append(person)
            for key in set(_numbers(person)):
                self._by_number.setdefault(key, []).append(person)
            for key in set(_names(person)):
                self._by_name.setdefault(key, []).append(person)
            for key in set(_handles(person)):
                self._by_handle.setdefault(key, []).append(person)

    def fit(self, entry: Submission, called: Sequence[str], inside: Sequence[str]) -> Fit:
        """Whom an entry fits. A platform's number is held against that platform's only."""
        own = [person for id in entry.ids for person in self._by_id.get(_comparable(id), [])]
        fits = (self._named(name, with_handles=not entry.ids) for name in called)
        named = next((fit for fit in fits if fit.people), None) or self._by_likely_login(entry)
        if own:
            return _agreed(own, named, entry)
        if named.people or entry.ids:
            return _of_another_number(named, entry)
        found = {person: None for name in inside for person in self._named(name, with_handles=True).people}
        return Fit(tuple(found)) if len(found) == 1 else Fit()

    def has_login(self, text: str) -> bool:
        """Whether this is somebody's user name on the list."""
        return Id(Namespace.LOGIN, _folded(text)) in self._by_id

    def _by_likely_login(self, entry: Submission) -> Fit:
        """Whose address begins with the platform's user name, or whose number on the list it is."""
        logins = [_folded(id.value) for id in entry.ids if id.namespace is Namespace.LOGIN]
        found = [person for login in logins for person in self._by_likely.get(login, [])]
        return Fit(tuple(person for person in found if _may_be_called(entry, person)), Evidence.NAME)

    def named(self, text: str) -> tuple[Person, ...]:
        """Whom the name of a file or folder fits."""
        return self._named(text, with_handles=True).people

    def _named(self, text: str, with_handles: bool) -> Fit:
        """Whom a name fits: an address in it, the whole of it, or all the words of a full name. `with_handles`: numbers
        and logins of the list, which say nothing in the name that somebody has on a platform."""
        key = _folded(text)
        whole = [*self._by_name.get(key, []), *(self._by_handle.get(key, []) if with_handles else [])] if key else []
        if whole:
            return Fit(tuple(dict.fromkeys(whole)), Evidence.NAME)
        fitting = self._with_words(set(_words(text)))
        addressed = [person for email, person in self._by_address if _is_address_in(email, text.casefold())]
        numbered = self._with_number_at_an_end(text) if with_handles else []
        ways = [way for way in (addressed, fitting, numbered) if way]
        in_all = [person for person in dict.fromkeys(chain(*ways)) if all(person in way for way in ways)]
        people = dict.fromkeys(in_all or chain(*ways))
        return Fit(tuple(people), Evidence.NAME if addressed or numbered else Evidence.WORDS)

    def _with_words(self, words: set[str]) -> list[Person]:
        """Those all of whose names are among the words, but not Anna Kot where Anna Kot Nowak is there too."""
        found = [(wanted, person) for wanted, person in self._by_words if len(wanted) > 1 and wanted <= words]
        return [person for wanted, person in found if not any(wanted < longer for longer, _ in found)]

    def _with_number_at_an_end(self, text: str) -> list[Person]:
        words = _words(text)
        ends = dict.fromkeys([*words[:1], *words[-1:]])
        return [person for word in ends for person in self._by_number.get(word, [])]


def _agreed(own: Sequence[Person], named: Fit, entry: Submission) -> Fit:
    """Those whose number it is, where the name does not say another."""
    narrowed = tuple(person for person in own if person in named.people)
    if narrowed:
        return Fit(narrowed, Evidence.ID)
    if named.people or not any(_may_be_called(entry, person) for person in own):
        return Fit(named.people, Evidence.ID, id_is_of=own[0])
    return Fit(tuple(own), Evidence.ID)


def _may_be_called(entry: Submission, person: Person) -> bool:
    """Whether a platform's name may be this person's. Where it marks blindly it gives no name."""
    name = entry.participant
    if any(id.namespace is Namespace.CANVAS for id in entry.ids):
        return name == entry.id or any(word in _folded(name) for word in _words(person.name) if len(word) > 1)
    return " " not in name.strip() or not set(_words(name)).isdisjoint(_words(person.name))


def _of_another_number(named: Fit, entry: Submission) -> Fit:
    """Those of a name, where the list has no other number of the same namespace for them."""
    given = {id.namespace for id in entry.ids}
    has_another = any(id.namespace in given for person in named.people for id in person.ids)
    is_called_by_login = Id(Namespace.LOGIN, entry.participant) in entry.ids  # which people choose themselves
    has_another_login = is_called_by_login and any(person.login for person in named.people)
    return replace(named, wrong_id=has_another, wrong_login=has_another_login)


def _names(person: Person) -> Iterator[str]:
    """The whole name in either order with nothing between its words, and the address."""
    yield from (_folded(key) for key in (person.email,) if key)
    words = _words(person.name)
    for turn in range(len(words)):
        yield "".join(words[turn:] + words[:turn])


def _handles(person: Person) -> Iterator[str]:
    """What a trainer may call somebody's file or folder beside that."""
    yield from (_folded(key) for key in (*(id.value for id in person.ids), person.login) if key)
    yield from (_folded(key.partition("@")[0]) for key in (person.login, person.email) if "@" in key)


def _numbers(person: Person) -> Iterator[str]:
    """The list's own numbers that tell a person by themselves."""
    values = (id.value for id in person.ids if id.namespace is Namespace.ROSTER)
    yield from (_folded(value) for value in values if sum(map(str.isdigit, value)) >= MIN_DIGITS)


def _comparable(id: Id) -> Id:
    return Id(id.namespace, _folded(id.value)) if id.namespace is Namespace.LOGIN else id


def _is_address_in(email: str, text: str) -> bool:
    return re.search(rf"(?<![\w.+-]){re.escape(email)}(?![\w-])|_{re.escape(email)}(?![\w-])", text) is not None


def _folded(text: str) -> str:
    return "".join(_words(text))


def _words(text: str) -> list[str]:
    """Words without case and accents, as people write their names in file names."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return re.findall(r"[^\W_]+", kept)
