"""What a cell shows goes along with the kernel's reply to it: one message in the place of one for each output."""

from __future__ import annotations

from typing import Any

from jupyter_client.session import Session

from grader.kernel.inside.connection import Connection
from grader.kernel.protocol.cell_messages import Failure, Output, Shown, Text
from grader.kernel.protocol.values import clean

# In characters. What is longer is cut.
MAX_TEXT = 2 << 20
MAX_NAME = 1_000
MAX_TRACE = 20_000
SENT_AT_ONCE = 1 << 16
_KINDS = frozenset({"stream", "display_data", "execute_result", "update_display_data", "error"})


class Outputs:
    """Keeps what the running cell shows until its reply takes it. What is too much for that is sent at once, and so is
    all that follows it.

    Attributes:
        request: what asked for the cell that runs; "" where none runs.
    """

    def __init__(self) -> None:
        self.begin("")

    def begin(self, request: str) -> None:
        self.request, self._length = request, 0
        self._kept: list[Output] = []

    def are_of(self, request: object) -> bool:
        """Whether that cell still runs: nobody reads what comes after its reply."""
        return self.request != "" and request == self.request

    @property
    def are_too_much(self) -> bool:
        """Whether the cell has shown more than its reply takes."""
        return self._length > SENT_AT_ONCE

    def keep(self, output: Output) -> bool:
        """Keep an output for the reply. False: it must be sent, after those that `take` gives."""
        self._length += len(output.text) + (len(output.trace) if isinstance(output, Failure) else 0)
        if not self.are_too_much:
            self._kept.append(output)
        return not self.are_too_much

    def take(self) -> list[Output]:
        kept, self._kept = self._kept, []
        return kept


class KernelSession(Session):  # type: ignore[misc]  # traitlets are untyped
    """The session of a kernel whose grader reads only what a cell shows while it runs.

    Attributes:
        outputs: what it has shown and was not sent yet.
        connection: to the grader, once there is one.
    """

    def __init__(self) -> None:
        super().__init__()
        self.outputs = Outputs()
        self.connection: Connection | None = None

    def send(
        self, stream: object, msg_or_type: Any, content: Any = None, parent: Any = None, *args: object, **more: object
    ) -> None:
        kind, shown, request = _parts(msg_or_type, content, parent)
        if kind in _KINDS and self.outputs.are_of(request.get("msg_id")):
            self._show(failure(shown) if kind == "error" else Text(_text_of(shown)))

    def _show(self, output: Output) -> None:
        if not self.outputs.keep(output) and self.connection is not None:
            for one in (*self.outputs.take(), output):
                self.connection.send(Shown(self.outputs.request, one))


def failure(content: Any) -> Failure:
    """What Jupyter's message of an error, or reply with one, says of it."""
    name, text = (_plain(content.get(part), MAX_NAME) for part in ("ename", "evalue"))
    return Failure(name, text, _trace_of(content.get("traceback")))


def _trace_of(lines: object) -> str:
    taken: list[str] = []
    left = MAX_TRACE
    for line in lines if isinstance(lines, list) else ():
        taken.append(_plain(line, left))
        left -= len(taken[-1]) + 1
        if left <= 0:
            break
    return "\n".join(taken)


def _text_of(content: Any) -> str:
    """What the grader reads: of data in many forms, the text."""
    data = content.get("data")
    return _plain(data.get("text/plain") if isinstance(data, dict) else content.get("text"), MAX_TEXT)


def _plain(text: object, length: int) -> str:
    """Its beginning, without what can't be sent, whatever a participant's own kind of text does."""
    return clean(str.__str__(text)[:length]) if isinstance(text, str) else ""


def _parts(message: Any, content: Any, parent: Any) -> tuple[str, Any, Any]:
    """The kind of a message, its content, and the header of its parent: of a whole message, or of what one is made."""
    if isinstance(message, dict):
        return message["header"]["msg_type"], message["content"], message["parent_header"]
    return message, content, (parent or {}).get("header", parent or {})
