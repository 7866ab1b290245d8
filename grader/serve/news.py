"""Who waits for news, and of what: a page that is open hears that a piece of it has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

BOARD = "board"
MAX_LISTENERS = 4
"""Of one person: more windows than that hear nothing any more."""


def of_person(key: str) -> str:
    """The topic of what concerns one person only."""
    return f"person {key}"


class News:
    """Topics, and the events of those who listen to each."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[asyncio.Event]] = {}
        self._ended: set[asyncio.Event] = set()

    def publish(self, *topics: str) -> None:
        for topic in topics:
            for event in self._listeners.get(topic, ()):
                event.set()

    @contextmanager
    def listen(self, topic: str, most: int = MAX_LISTENERS) -> Iterator[asyncio.Event]:
        """An event that is set whenever there is news. Where too many listen, the first one's ends."""
        event = asyncio.Event()
        listeners = self._listeners.setdefault(topic, [])
        listeners.append(event)
        if len(listeners) > most:
            first = listeners.pop(0)
            self._ended.add(first)
            first.set()
        try:
            yield event
        finally:
            self._ended.discard(event)
            if event in listeners:
                listeners.remove(event)
            if not listeners:
                self._listeners.pop(topic, None)

    def has_ended(self, event: asyncio.Event) -> bool:
        """Whether whoever waits for it should go."""
        return event in self._ended
