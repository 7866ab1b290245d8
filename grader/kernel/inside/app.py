"""The stock ipykernel, without what one client on one machine does not need: threads, heartbeats, configuration.

It is set up in two steps: before kernels are forked (`prepare`), and after (`connect`), when it has a connection.
"""

from __future__ import annotations

import importlib
import inspect
import logging
import os
import selectors
import socket
import sys
import threading
import zlib
from contextlib import nullcontext, suppress
from functools import lru_cache
from typing import Any

from ipykernel.iostream import BackgroundSocket, IOPubThread
from ipykernel.kernelapp import IPKernelApp
from IPython.core.application import BaseIPythonApplication
from tornado.ioloop import IOLoop
from traitlets.config import Config

from grader.kernel.inside.connection import Connection
from grader.kernel.inside.outputs import KernelSession
from grader.kernel.inside.plain_cells import ask_where_it_may_wait, pass_plain_cells
from grader.kernel.inside.plain_traits import make_plain
from grader.kernel.inside.quiet_kernel import QuietKernel
from grader.kernel.inside.seeding import seed_all
from grader.kernel.protocol.cell_messages import Request
from grader.kernel.protocol.channel import decoder


def _without_debugger() -> None:
    """Keep ipykernel from loading debugpy: a third of a kernel's start, for a debugger that nobody attaches."""
    if "debugpy" not in sys.modules:
        sys.modules["debugpy"] = None  # type: ignore[assignment]  # an import of it then fails
        importlib.import_module("ipykernel.debugger")
        del sys.modules["debugpy"]


def _without_slow_parts() -> None:
    """Keep ipykernel from computing a hash byte by byte for the name of each cell's file, and from looking for its
    folder and reading the same signatures for each cell."""
    compiler, ipkernel = map(importlib.import_module, ("ipykernel.compiler", "ipykernel.ipkernel"))
    compiler.murmur2_x86 = lambda code, seed: zlib.crc32(code.encode(), seed)  # type: ignore[attr-defined]
    find_folder = compiler.get_tmp_directory
    folder = lru_cache(lambda pid: find_folder())
    compiler.get_tmp_directory = lambda: folder(os.getpid())  # type: ignore[attr-defined]
    accepts = getattr(ipkernel, "_accepts_parameters", None)
    if accepts is not None:
        known = lru_cache(accepts)
        ipkernel._accepts_parameters = lambda method, names: known(method, tuple(names))  # type: ignore[attr-defined]


_without_debugger()
_without_slow_parts()
_OF_SHELL = """history_manager execution_count payload_manager builtin_trap display_trap displayhook
    input_transformer_manager last_execution_succeeded last_execution_result""".split()
_OF_HISTORY = "_i00 _i _ii _iii shell db_input_cache db_cache_size input_hist_parsed input_hist_raw".split()
_SHOWN = [f"text/{form}" for form in ("plain", "html", "markdown", "latex")]
"""The forms that are made of a value which a cell shows. A picture takes long to draw, and nobody sees it."""


class Publisher(IOPubThread):  # type: ignore[misc]
    """Publishes in the calling thread: one in between costs three switches for each cell. It has no socket: the session
    sends what is published."""

    def __init__(self) -> None:
        self.socket = self.session = None
        self.background_socket = BackgroundSocket(self)
        self.io_loop = IOLoop.current()
        self.thread = threading.Thread()  # never started, so that is_alive() is False
        self._stopped, self._pipe_flag = False, False


class KernelApp(IPKernelApp):  # type: ignore[misc]  # traitlets are untyped
    """An app without a command line, and without the configuration of the person who runs the grader."""

    kernel_class = QuietKernel

    def parse_command_line(self, argv: object = None) -> None:
        pass

    def load_config_file(self, *args: object, **kwargs: object) -> None:
        pass

    def prepare(self) -> None:
        """Create the kernel and its shell, without a connection, its streams, and the event loop, without descriptors:
        what forks share would let one wake the others."""
        self.io_loop = IOLoop.current()
        _close(self.io_loop.asyncio_loop)  # type: ignore[attr-defined]
        BaseIPythonApplication.initialize(self)  # type: ignore[no-untyped-call]
        self.kernel = self.kernel_class.instance(
            parent=self, session=self.session, log=self.log, profile_dir=self.profile_dir, user_ns=self.user_ns
        )
        self.kernel.io_loop = self.io_loop
        self.init_path()
        self.init_shell()
        self.init_code()
        self._prepare_streams()

    def _prepare_streams(self) -> None:
        before = sys.stdout, sys.stderr, sys.displayhook
        kernel, shell = self.kernel, self.shell
        self.iopub_thread = kernel.iopub_thread = Publisher()
        self.iopub_socket = kernel.iopub_socket = self.iopub_thread.background_socket
        self.init_io()
        self._streams: tuple[Any, Any] = sys.stdout, sys.stderr
        kernel.use_streams(*self._streams)
        shell.displayhook.pub_socket = shell.display_pub.pub_socket = self.iopub_socket
        self.displayhook.get_execution_count = lambda: kernel.execution_count
        sys.stdout, sys.stderr, sys.displayhook = before

    def connect(self, cells: socket.socket) -> None:
        """Serve the grader over this connection. This process may be a fork of the one that prepared the kernel."""
        _open(self.io_loop.asyncio_loop)  # type: ignore[attr-defined]
        self.kernel.connection = self.session.connection = Connection(cells)
        self.init_signal()
        sys.stdout, sys.stderr = self._streams
        sys.displayhook = self.displayhook
        for stream in self._streams:
            stream._master_pid = os.getpid()

    def start(self) -> None:
        """Serve until this process is killed. A cell can stop the event loop; it then runs on."""
        self.kernel.start()
        while True:
            with suppress(KeyboardInterrupt):
                self.io_loop.start()


def _close(loop: Any) -> None:
    """Close the descriptors of an event loop, which others take the place of in a fork: a new loop takes five times as
    long to make."""
    loop._selector.close()
    loop._ssock.close()
    loop._csock.close()


def _open(loop: Any) -> None:
    loop._selector = selectors.DefaultSelector()
    loop._make_self_pipe()


def _look_at_signature(run_cell: Any) -> None:
    """Which ipykernel would do in each fork, and then remember."""
    accepts = getattr(importlib.import_module("ipykernel.ipkernel"), "_accepts_parameters", None)
    if accepts is not None:
        accepts(run_cell, ["cell_id", "cell_meta"])


def load_tracebacks(shell: Any) -> None:
    """Load what IPython loads when the first cell fails."""
    try:
        raise ValueError
    except ValueError:
        shell.InteractiveTB.structured_traceback(*sys.exc_info())


def prepare_kernel() -> KernelApp:
    """A kernel without a connection. Writes IPython's profile to the home folder."""
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.xmode = "Plain"  # coloured tracebacks load and parse a lot, and nobody sees them
    settings.InteractiveShell.colors = "NoColor"
    settings.DisplayFormatter.active_types = _SHOWN
    settings.IPKernelApp.capture_fd_output = False  # it would take two threads, for what is printed past Python
    app: KernelApp = KernelApp.instance(log_level=50, config=settings, session=KernelSession())
    app.prepare()
    app.log.setLevel(logging.CRITICAL)  # Jupyter's logger has a level of its own, which shows everything
    shell, not_kept = app.shell, nullcontext()
    shell._tee = lambda channel: not_kept  # IPython 9 copies what cells print to their history
    pass_plain_cells(shell)
    shell.transform_cell = lru_cache(1)(shell.transform_cell)  # ipykernel asks for it, and then IPython again
    ask_where_it_may_wait(shell)
    _look_at_signature(shell.run_cell_async)
    make_plain(shell, *_OF_SHELL)
    make_plain(shell.history_manager, *_OF_HISTORY)
    make_plain(shell.displayhook, "exec_result", "shell")
    make_plain(shell.display_trap, "hook")
    make_plain(shell.payload_manager, "_payload")
    (shell.logger, shell.loop_runner)  # noqa: B018  which are made on first use
    for cell in ("x = %who", "import numpy"):  # loads what the first cell would load, and the first value that is shown
        shell.transform_cell(cell)
    shell.display_formatter.format(1)
    decoder(Request)
    seed_all(0)  # which a kernel then finds done
    inspect.getsource(prepare_kernel)  # compiles the pattern with which sources are found
    return app
