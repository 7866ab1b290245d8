"""The filter's verdict for each system call, from the program itself: denied, ignored, allowed, or the end."""

from __future__ import annotations

import struct

import pytest

from grader.kernel.sandbox import seccomp

X86, ARM = 0xC000003E, 0xC00000B7
SUPERVISOR = 4711
ALLOW, KILL, EPERM, IGNORE, ENOSYS, NO_FAMILY = 0x7FFF0000, 0x80000000, 0x50001, 0x50000, 0x50026, 0x50061
MACHINES = [(X86, 0), (ARM, 1)]


def verdict(
    machine: int, column: int, number: int, *arguments: int, told: int | None = None, supervisor: int = SUPERVISOR
) -> int:
    """Runs the program over one call. `told`: the architecture that the call is made for, if not the machine's."""
    unsigned = [argument & (1 << 64) - 1 for argument in (*arguments, *[0] * (6 - len(arguments)))]
    data = struct.pack("<IIQ6Q", number, told or machine, 0, *unsigned)
    program, accumulator, at = seccomp._program(machine, column, supervisor), 0, 0
    while True:
        code, if_true, if_false, value = program[at]
        at += 1
        if code == seccomp._LOAD:
            accumulator = struct.unpack_from("<I", data, value)[0]
        elif code == seccomp._RETURN:
            return value
        else:
            met = {
                seccomp._EQUAL: accumulator == value,
                seccomp._ANY_BIT: bool(accumulator & value),
                0x35: accumulator >= value,
            }[code]
            at += if_true if met else if_false


@pytest.mark.parametrize(("machine", "column"), MACHINES, ids=["x86_64", "aarch64"])
def test_every_call_of_the_tables_has_its_verdict(machine: int, column: int) -> None:
    for table, expected in ((seccomp._DENIED, EPERM), (seccomp._IGNORED, IGNORE)):
        for name, numbers in table.items():
            if (number := numbers[column]) is not None:
                assert verdict(machine, column, number) == expected, name
    assert verdict(machine, column, seccomp._CLONE3[column]) == ENOSYS


@pytest.mark.parametrize(("machine", "column"), MACHINES, ids=["x86_64", "aarch64"])
def test_only_unix_sockets_are_to_be_had(machine: int, column: int) -> None:
    for numbers in (seccomp._SOCKET, seccomp._SOCKETPAIR):
        families = {family: verdict(machine, column, numbers[column], family) for family in range(46)}
        assert [family for family, got in families.items() if got == ALLOW] == [1]
        assert set(families.values()) == {ALLOW, NO_FAMILY}


@pytest.mark.parametrize(("machine", "column"), MACHINES, ids=["x86_64", "aarch64"])
def test_processes_and_threads_start_but_no_namespaces(machine: int, column: int) -> None:
    assert verdict(machine, column, seccomp._CLONE[column], 0x3D0F00) == ALLOW, "a thread"
    assert verdict(machine, column, seccomp._CLONE[column], 0x1200011) == ALLOW, "a process"
    assert verdict(machine, column, seccomp._CLONE[column], 0x4111) == ALLOW, "vfork"
    assert verdict(machine, column, seccomp._CLONE[column], 0x3D0B00) == EPERM, "a thread with its own descriptors"
    for bit in (17, 25, 26, 27, 28, 29, 30):
        assert verdict(machine, column, seccomp._CLONE[column], 1 << bit) == EPERM, bit
    assert verdict(machine, column, seccomp._PRCTL[column], 1) == EPERM, "the parent's death signal"
    assert verdict(machine, column, seccomp._PRCTL[column], 22) == EPERM, "another filter"
    assert verdict(machine, column, seccomp._PRCTL[column], 15) == ALLOW


@pytest.mark.parametrize(("machine", "column"), MACHINES, ids=["x86_64", "aarch64"])
def test_memory_is_shared_through_files_only(machine: int, column: int) -> None:
    for flags, expected in (
        (0x22, ALLOW),  # private and anonymous: what malloc takes
        (0x20022, ALLOW),  # a thread's stack
        (0x1, ALLOW),  # shared, of a file
        (0x2, ALLOW),  # private, of a file
        (0x21, EPERM),
        (0x23, EPERM),  # shared and validated
        (0x40021, EPERM),  # of large pages
    ):
        assert verdict(machine, column, seccomp._MMAP[column], 0, 4096, 3, flags) == expected, hex(flags)


@pytest.mark.parametrize(("machine", "column"), MACHINES, ids=["x86_64", "aarch64"])
def test_no_signal_reaches_the_supervisor(machine: int, column: int) -> None:
    for name, numbers in seccomp._SIGNALS.items():
        for pid, expected in ((1, ALLOW), (SUPERVISOR + 1, ALLOW), (0, ALLOW), (SUPERVISOR, EPERM)):
            assert verdict(machine, column, numbers[column], pid, 9) == expected, (name, pid)
    for group in (-1, -SUPERVISOR):
        assert verdict(machine, column, seccomp._SIGNALS["kill"][column], group, 9) == EPERM
        assert verdict(machine, column, seccomp._SIGNALS["kill"][column], group, 9, supervisor=0) == ALLOW
    assert verdict(machine, column, seccomp._PRLIMIT[column], 0, 7) == ALLOW, "its own limits"
    assert verdict(machine, column, seccomp._PRLIMIT[column], SUPERVISOR, 7) == EPERM
    for command in (seccomp._F_SETOWN, seccomp._F_SETOWN_EX):
        assert verdict(machine, column, seccomp._FCNTL[column], 3, command, SUPERVISOR) == EPERM


@pytest.mark.parametrize(("machine", "column"), MACHINES, ids=["x86_64", "aarch64"])
def test_files_are_locked_for_nobody_and_pipes_stay_as_they_are(machine: int, column: int) -> None:
    commands = {command: verdict(machine, column, seccomp._FCNTL[column], 3, command) for command in range(1040)}
    assert {command for command, got in commands.items() if got == IGNORE} == {6, 7, 37, 38}
    assert {command for command, got in commands.items() if got == EPERM} == {8, 15, 1031}


@pytest.mark.parametrize(("machine", "column"), MACHINES, ids=["x86_64", "aarch64"])
def test_other_calls_are_allowed_and_other_architectures_are_the_end(machine: int, column: int) -> None:
    assert verdict(machine, column, {0: 0, 1: 63}[column]) == ALLOW, "read"
    assert verdict(machine, column, 0, told=0x40000003) == KILL, "32 bits"
    if column == 0:
        assert verdict(machine, column, 0x40000000 | 101) == KILL, "x32"
