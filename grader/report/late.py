"""What a notebook that was handed in late loses, where nbgrader's folders say when it was handed in."""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grader.config import Late
from grader.errors import UsageError
from grader.i18n import msg

_DUE = re.compile(r"(?:(?P<name>[^=\s]+)=)?(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d\S*)")
_NOTED = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)\S*\s*(\S*)")
_DAY = timedelta(days=1)


def parse(text: str) -> Late | None:
    """`10 2026-11-30T23:59`, or for several assignments `10 ps1=2026-11-30T23:59 ps2=...`. Raise UsageError.

    A time without an offset such as +01:00 is this machine's.
    """
    percent, *terms = text.split() or [""]
    if not text.strip():
        return None
    found = [_DUE.fullmatch(term) for term in terms]
    try:
        due = tuple((match["name"] or "", _aware(match["time"])) for match in found if match)
        late = Late(float(percent.rstrip("%").replace(",", ".")), due)
    except ValueError:
        late = Late(-1.0, ())
    if not late.due or len(late.due) < len(terms) or not 0 <= late.percent <= 100:
        raise UsageError(
            msg(
                "--late '{text}': write the percentage that each day begun costs, and the time until which it costs "
                'nothing: --late "10 2026-11-30T23:59", or for several assignments '
                '--late "10 ps1=2026-11-30T23:59 ps2=2026-12-07T23:59"',
                text=text,
            )
        )
    return late


def penalty(points: float, handed_in: str, assignment: str, late: Late | None) -> float:
    """What these points lose; nothing where it is not known when the notebook was handed in."""
    when = time_of(handed_in)
    due = dict(late.due) if late is not None else {}
    limit = due.get(assignment, due.get(""))
    if late is None or limit is None or when is None or when <= limit:
        return 0.0
    days = math.ceil((when - limit) / _DAY)
    return points * min(1.0, days * late.percent / 100)


def time_of(handed_in: str) -> datetime | None:
    """The time that nbgrader has noted: with the name of its zone, or else in UTC."""
    found = _NOTED.match(handed_in)
    if found is None:
        return None
    try:
        zone = ZoneInfo(found[3]) if found[3] else timezone.utc
        return datetime.fromisoformat(f"{found[1]} {found[2]}").replace(tzinfo=zone)
    except (ValueError, ZoneInfoNotFoundError, OSError):
        return None


def _aware(text: str) -> datetime:
    found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return found if found.tzinfo is not None else found.astimezone()
