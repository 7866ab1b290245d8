"""What a cell shows goes along with the kernel's reply to it: one message in the place of one for each output."""

from __future__ import annotations

import os
from typing import Any

import msgspec

from grader.kernel.protocol.jupyter import OUTPUTS, BoundedSession

SENT_AT_ONCE_BYTES = 1 << 16
Kept = list[tuple[str, msgspec.Raw]]


class Outputs:
    """Keeps what the running cell shows until its reply takes it. What is too much for that is sent at once, and so is
    all that follows it.

    Attributes:
        published: whether the cell has sent anything by itself. The grader then reads on, until it is told of the end.
    """

    def __init__(self) -> None:
        self.published = False
        self._request: str | None = None
        self._kept: Kept = []
        self._bytes = 0

    def begin(self, request: str | None) -> None:
        """`request`: the id of the message that asked for the cell; None: from here on no cell runs."""
        self._request, self._bytes, self.published = request, 0, False
        self._kept = []

    def are_of(self, request: object) -> bool:
        """Whether that cell still runs: nobody reads what comes after its reply."""
        return self._request is not None and request == self._request

    def keep(self, kind: str, content: bytes) -> bool:
        """Keep an output for the reply. False: it must be sent, after those that `take` gives."""
        self._bytes += len(content)
        if self.published or self._bytes > SENT_AT_ONCE_BYTES:
            return False
        self._kept.append((kind, msgspec.Raw(content)))
        return True

    def take(self) -> Kept:
        kept, self._kept = self._kept, []
        return kept


class KernelSession(BoundedSession):
    """The session of a kernel whose grader reads a cell's outputs only while the cell runs, and of them only texts."""

    def __init__(self) -> None:
        super().__init__()
        self.outputs = Outputs()

    def send(
        self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, *args: Any, **more: Any
    ) -> Any:
        kind, shown, request = _parts(msg_or_type, content, parent)
        if kind not in OUTPUTS:
            return None if kind in _UNREAD else super().send(stream, msg_or_type, content, parent, *args, **more)
        if os.getpid() == self.pid and self.outputs.are_of(request.get("msg_id")):
            self._show(stream, kind, _read_part(shown), request)
        return None

    def _show(self, stream: Any, kind: str, content: Any, request: dict[str, Any]) -> None:
        if self.outputs.keep(kind, self.pack(content)):
            return
        for before, packed in self.outputs.take():
            super().send(stream, before, self.unpack(bytes(packed)), request)
        super().send(stream, kind, content, request)


_UNREAD = frozenset({"clear_output", "comm_open", "comm_msg", "comm_close", "execute_input"})


def _parts(message: Any, content: Any, parent: Any) -> tuple[str, Any, Any]:
    """The kind of a message, its content, and the header of its parent: of a whole message, or of what one is made."""
    if isinstance(message, dict):
        return message["header"]["msg_type"], message["content"], message["parent_header"]
    return message, content, (parent or {}).get("header", parent or {})


def _read_part(content: Any) -> Any:
    """What the grader reads: of data in many forms, the text."""
    data = content.get("data")
    return {"data": {"text/plain": data.get("text/plain", "")}} if isinstance(data, dict) else content
