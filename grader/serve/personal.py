"""All that is kept about one person, for that person."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from grader.serve.attempts import Attempts
from grader.serve.roll import Participant


def personal_data(attempts: Attempts, person: Participant) -> str:
    """As JSON: name, times, notebooks, grades, the trainer's points and words."""
    handed_in = [
        {
            "at": _time(attempt.at_s),
            "late": attempt.is_late,
            "state": attempt.state.value,
            "score": attempt.score,
            "notebooks": {name: json.loads(data) for name, data in attempts.files(attempt).items()},
        }
        for attempt in attempts.of(person)
    ]
    data = {
        "name": person.name,
        "on_the_list": list(person.listed) if person.listed else None,
        "joined": _time(person.joined_s),
        "last_seen": _time(person.seen_s),
        "wants_help_since": None if person.help_s is None else _time(person.help_s),
        "trainers_points": person.points,
        "trainers_comment": person.comment,
        "handed_in": handed_in,
    }
    return json.dumps(data, ensure_ascii=False, indent=1)


def _time(at_s: float) -> str:
    return datetime.fromtimestamp(at_s, timezone.utc).isoformat(timespec="seconds")
