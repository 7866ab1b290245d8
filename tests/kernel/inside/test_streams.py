"""What is printed is kept up to a limit, sent in time, and the rest is dropped."""

from __future__ import annotations

import io

from grader.kernel.inside.streams import SENT_AT_ONCE, Printed, cap_stream


class Stream(io.StringIO):
    """A text stream that counts how often it is flushed."""

    flushes = 0

    def flush(self) -> None:
        self.flushes += 1


def test_a_call_prints_up_to_the_cap() -> None:
    printed = Printed()
    assert print("zażółć", file=printed) is None
    assert (printed.text(), printed.cut) == ("zażółć\n", False)
    assert printed.write("x" * Printed.cap) == Printed.cap, "as any stream answers"
    assert (len(printed.text()), printed.cut) == (Printed.cap, True)


def test_what_no_encoding_knows_is_replaced() -> None:
    printed = Printed()
    printed.write("\ud800")
    assert printed.text().encode("utf-8") == b"?"


def test_a_cell_prints_up_to_the_cap_and_the_next_one_again() -> None:
    stream = Stream()
    capped = cap_stream(stream, 10)
    stream.write("1234567")
    stream.write("89012345")
    stream.write("x")
    assert stream.getvalue() == "1234567890"
    capped.left = capped.cap
    stream.write("y")
    assert stream.getvalue() == "1234567890y"


def test_much_is_sent_before_the_cell_ends_and_little_at_its_end() -> None:
    stream = Stream()
    cap_stream(stream, 10 * SENT_AT_ONCE)
    stream.write("x")
    assert stream.flushes == 0
    stream.write("x" * SENT_AT_ONCE)
    assert stream.flushes == 1, "the cell may never end"
    stream.flush()
    assert stream.flushes == 1, "nothing new"
    stream.write("x")
    stream.flush()
    assert stream.flushes == 2
