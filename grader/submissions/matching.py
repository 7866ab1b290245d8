"""Match submissions with the rows of the list of participants. Where it is not certain whose one is, it has no row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from itertools import chain
from pathlib import Path

from grader.i18n import Text, msg
from grader.people import Id, Namespace, Person, Unmatched
from grader.submissions.submission import File, Submission

MIN_DIGITS = 4  # of a number that names a person among other words; 1, 2, 3 count anything
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
    """Whom on the list a submission fits.

    Attributes:
        people: Those whom it fits equally well.
        evidence: By what they were recognised.
        id_is_of: Who has its number on the list, if that is not a person of its name.
        wrong_id: Whether the person of its name has another number on the list.
        wrong_login: Whether the person who has its user name as a name has another login on the list.
    """

    people: tuple[Person, ...] = ()
    evidence: Evidence = Evidence.INSIDE
    id_is_of: Person | None = None
    wrong_id: bool = False
    wrong_login: bool = False


@dataclass(frozen=True, slots=True)
class Matching:
    """What the list says about submissions, which are named by their places in the order.

    Attributes:
        owners: The people whose submissions are certain.
        unmatched: Those that fit somebody on the list, but not with certainty, with the reason.
        strangers: Those that fit nobody on the list.
    """

    owners: Mapping[int, Person]
    unmatched: Mapping[int, Unmatched]
    strangers: Sequence[int]


def match(
    submissions: Sequence[Submission],
    names: Sequence[Sequence[str]],
    people: Sequence[Person],
    classes: Iterable[Path],
) -> Matching:
    """Match each submission with a row.

    Args:
        submissions: The submissions, one for each participant.
        names: For each of them, the names of its file and folder, the most reliable first.
        people: The rows of the list.
        classes: The archives that hold a whole class rather than one participant's files.
    """
    index, packed = PersonIndex(people), frozenset(classes)
    fits = {
        place: index.fit(submission, own, _inside_names(submission, packed))
        for place, (submission, own) in enumerate(zip(submissions, names, strict=True))
    }
    claims: dict[Person, list[int]] = {}
    refused: dict[int, Text] = {}
    for place, fit in fits.items():
        reason = _refuse(submissions[place], fit)
        if reason is not None:
            refused[place] = reason
        elif fit.people:
            claims.setdefault(fit.people[0], []).append(place)
    for person, places in claims.items():
        for place in _find_losers(places, fits, submissions):
            refused[place] = _ambiguous(submissions[place], person)
    owners = {place: person for person, places in claims.items() for place in places if place not in refused}
    unmatched = {
        place: _make_unmatched(submissions[place], fits[place], reason) for place, reason in sorted(refused.items())
    }
    return Matching(owners, unmatched, [place for place, fit in fits.items() if not (fit.people or place in refused)])


def _refuse(submission: Submission, fit: Fit) -> Text | None:
    if fit.id_is_of is not None:
        return msg(
            "{who} has a number that is {other}'s on the list. Correct the list, or the name of the file or folder.",
            who=_describe_submission(submission),
            other=fit.id_is_of.name,
        )
    if fit.wrong_id:
        return msg(
            "{who} has another number on the list. Correct one of them; or is the list that of another assignment?",
            who=_describe_submission(submission),
        )
    if fit.wrong_login:
        return msg(
            "{who} is called like {name} on the list, who has another login there. Correct the login on the list.",
            who=_describe_submission(submission),
            name=fit.people[0].name,
        )
    if len(fit.people) > 1:
        return msg(
            "{who} fits several people on the list: {names}. Tell them apart by an id or an address.",
            who=_describe_submission(submission),
            names=", ".join(map(_describe, fit.people)),
        )
    return None


def _describe_submission(submission: Submission) -> str:
    known = submission.id in {"", submission.participant}
    return submission.participant if known else f"{submission.participant} ({submission.id})"


def _describe(person: Person) -> str:
    beside = person.id or person.email
    return f"{person.name} ({beside})" if beside else person.name


def _ambiguous(submission: Submission, person: Person) -> Text:
    return msg(
        "{who} may be {name} on the list, but so may another submission. Tell them apart by an id or an address.",
        who=_describe_submission(submission),
        name=person.name,
    )


def _make_unmatched(submission: Submission, fit: Fit, reason: Text) -> Unmatched:
    people = (*fit.people, *((fit.id_is_of,) if fit.id_is_of else ()))
    contradicted = fit.wrong_id or fit.wrong_login or fit.id_is_of is not None
    return Unmatched(submission.participant, submission.path, reason, tuple(dict.fromkeys(people)), contradicted)


def _find_losers(places: Sequence[int], fits: Mapping[int, Fit], submissions: Sequence[Submission]) -> set[int]:
    """Of the submissions that fit one person, those that are not certainly this person's. Where a platform has several
    numbers for them, all but the one that fits best; and those that only fit by a name inside, if there are others."""
    best = max(fits[place].evidence for place in places)
    beaten = {place for place in places if fits[place].evidence is Evidence.INSIDE and len(places) > 1}
    for namespace in (Namespace.MOODLE, Namespace.CANVAS, Namespace.OTHER, Namespace.LOGIN):
        ids = {place: id for place in places for id in submissions[place].ids if id.namespace is namespace}
        leading = {id for place, id in ids.items() if fits[place].evidence is best}
        if len(set(ids.values())) > 1:
            beaten |= {place for place, id in ids.items() if leading != {id}}
    return beaten


def _inside_names(submission: Submission, classes: frozenset[Path]) -> list[str]:
    """The names of its files that the participant did not choose. In a platform's download the participant chose all of
    them; in an archive that the participant packed, the name of the archive counts instead."""
    if submission.ids:
        return []
    return list(dict.fromkeys(_outer_name(file, classes) for file in submission.files))


def _outer_name(file: File, classes: frozenset[Path]) -> str:
    path = file.shown
    if file.members and (file.path not in classes or len(file.members) > 1):
        path = file.members[0] if file.path in classes else str(file.path)
    name = path.replace("\\", "/").rpartition("/")[2]
    return name.rpartition(".")[0] or name


class PersonIndex:
    """Finds people by their numbers, names and addresses."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._by_id: dict[Id, list[Person]] = {}
        self._by_name: dict[str, list[Person]] = {}
        self._by_handle: dict[str, list[Person]] = {}
        self._by_number: dict[str, list[Person]] = {}
        self._by_likely_login: dict[str, list[Person]] = {}
        self._by_words = [(set(_words(person.name)), person) for person in people]
        self._by_address = [(person.email.casefold(), person) for person in people if "@" in person.email]
        for person in people:
            for id in person.ids:
                self._by_id.setdefault(id, []).append(person)
            for key in set(_logins(person)):
                self._by_id.setdefault(Id(Namespace.LOGIN, key), []).append(person)
            for key in set(_likely_logins(person)):
                self._by_likely_login.setdefault(key, []).append(person)
            for key in set(_numbers(person)):
                self._by_number.setdefault(key, []).append(person)
            for key in set(_names(person)):
                self._by_name.setdefault(key, []).append(person)
            for key in set(_handles(person)):
                self._by_handle.setdefault(key, []).append(person)

    def fit(self, submission: Submission, names: Sequence[str], inside: Sequence[str]) -> Fit:
        """Whom a submission fits. A platform's number is compared with that platform's numbers only."""
        own = [person for id in submission.ids for person in self._by_id.get(_comparable(id), [])]
        fits = (self._fit_name(name, with_handles=not submission.ids) for name in names)
        named = next((fit for fit in fits if fit.people), None) or self._fit_likely_login(submission)
        if own:
            return _by_id(own, named, submission)
        if named.people or submission.ids:
            return _check_number(named, submission)
        found = {person: None for name in inside for person in self._fit_name(name, with_handles=True).people}
        return Fit(tuple(found)) if len(found) == 1 else Fit()

    def named(self, text: str) -> tuple[Person, ...]:
        """Whom the name of a file or a folder fits."""
        return self._fit_name(text, with_handles=True).people

    def has_login(self, text: str) -> bool:
        """Whether this is a login on the list."""
        return Id(Namespace.LOGIN, _fold(text)) in self._by_id

    def _fit_likely_login(self, submission: Submission) -> Fit:
        """Whom a platform's user name fits if the list has no such login: by the address or the number."""
        logins = [_fold(id.value) for id in submission.ids if id.namespace is Namespace.LOGIN]
        found = [person for login in logins for person in self._by_likely_login.get(login, [])]
        return Fit(tuple(person for person in found if _may_be_called(submission, person)), Evidence.NAME)

    def _fit_name(self, text: str, with_handles: bool) -> Fit:
        """Whom a name fits, by an address in it, by all of it, or by all words of a full name. `with_handles`: also by
        the numbers and logins of the list, which mean nothing in a name on a platform."""
        key = _fold(text)
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
        """Those whose names are all among the words; of Anna Kot and Anna Kot Nowak only the latter."""
        found = [(wanted, person) for wanted, person in self._by_words if len(wanted) > 1 and wanted <= words]
        return [person for wanted, person in found if not any(wanted < longer for longer, _ in found)]

    def _with_number_at_an_end(self, text: str) -> list[Person]:
        words = _words(text)
        ends = dict.fromkeys([*words[:1], *words[-1:]])
        return [person for word in ends for person in self._by_number.get(word, [])]


def _by_id(own: Sequence[Person], named: Fit, submission: Submission) -> Fit:
    """The fit by a number, unless the name contradicts it."""
    narrowed = tuple(person for person in own if person in named.people)
    if narrowed:
        return Fit(narrowed, Evidence.ID)
    if named.people or not any(_may_be_called(submission, person) for person in own):
        return Fit(named.people, Evidence.ID, id_is_of=own[0])
    return Fit(tuple(own), Evidence.ID)


def _may_be_called(submission: Submission, person: Person) -> bool:
    """Whether a platform's name may be this person's. With anonymous marking, the platform gives no name."""
    name = submission.participant
    if any(id.namespace is Namespace.CANVAS for id in submission.ids):
        return name == submission.id or any(word in _fold(name) for word in _words(person.name) if len(word) > 1)
    return " " not in name.strip() or not set(_words(name)).isdisjoint(_words(person.name))


def _check_number(named: Fit, submission: Submission) -> Fit:
    """The fit by a name, unless the list has another number of the same platform for that person."""
    given = {id.namespace for id in submission.ids}
    has_another = any(id.namespace in given for person in named.people for id in person.ids)
    is_login = Id(Namespace.LOGIN, submission.participant) in submission.ids  # which people choose themselves
    has_another_login = is_login and any(person.login for person in named.people)
    return replace(named, wrong_id=has_another, wrong_login=has_another_login)


def _names(person: Person) -> Iterator[str]:
    """The ways to write a person's name: its words in any rotation with nothing between, and the address."""
    yield from (_fold(key) for key in (person.email,) if key)
    words = _words(person.name)
    for turn in range(len(words)):
        yield "".join(words[turn:] + words[:turn])


def _handles(person: Person) -> Iterator[str]:
    """What else a trainer may name somebody's file or folder after: numbers, login, the address without its domain."""
    yield from (_fold(key) for key in (*(id.value for id in person.ids), person.login) if key)
    yield from (_fold(key.partition("@")[0]) for key in (person.login, person.email) if "@" in key)


def _logins(person: Person) -> Iterator[str]:
    """The login on the list, and without a domain."""
    yield from (_fold(key) for key in (person.login, person.login.partition("@")[0]) if key)


def _likely_logins(person: Person) -> Iterator[str]:
    """What may be the person's user name on a platform: the beginning of the address, the number."""
    yield from (_fold(key.partition("@")[0]) for key in (person.email,) if key)
    yield from _numbers(person)


def _numbers(person: Person) -> Iterator[str]:
    """The list's own numbers that are long enough to name a person."""
    values = (id.value for id in person.ids if id.namespace is Namespace.ROSTER)
    yield from (_fold(value) for value in values if sum(map(str.isdigit, value)) >= MIN_DIGITS)


def _comparable(id: Id) -> Id:
    return Id(id.namespace, _fold(id.value)) if id.namespace is Namespace.LOGIN else id


def _is_address_in(email: str, text: str) -> bool:
    return re.search(rf"(?<![\w.+-]){re.escape(email)}(?![\w-])|_{re.escape(email)}(?![\w-])", text) is not None


def _fold(text: str) -> str:
    return "".join(_words(text))


def _words(text: str) -> list[str]:
    """Words without case and accents, as people write their names in file names."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    kept = "".join(character for character in plain if not unicodedata.combining(character))
    return re.findall(r"[^\W_]+", kept)
