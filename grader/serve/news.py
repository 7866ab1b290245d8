"""Who waits for news, and of what: a page that is open hears that a piece of it has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

BOARD = "board"


def of_person(key: str) -> str:
    """The topic of what concerns one person only."""
    return f"person {key}"


class News:
    """Topics, and the events of those who listen to each."""

    def __init__(self) -> None:
        self._listeners: dict[str, list[tuple[str, asyncio.Event]]] = {}

    def publish(self, *topics: str) -> None:
        for topic in topics:
            for _, event in self._listeners.get(topic, ()):
                event.set()

    def count(self, topic: str, kind: str) -> int:
        """How many of this kind listen."""
        return sum(one == kind for one, _ in self._listeners.get(topic, ()))

    @contextmanager
    def listen(self, topic: str, kind: str = "") -> Iterator[asyncio.Event]:
        """An event that is set whenever there is news. `kind`: what is counted together."""
        event = asyncio.Event()
        self._listeners.setdefault(topic, []).append((kind, event))
        try:
            yield event
        finally:
            self._listeners[topic].remove((kind, event))
            if not self._listeners[topic]:
                del self._listeners[topic]
