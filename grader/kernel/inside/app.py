"""The stock ipykernel, without what one client on one machine has no use for: threads, heartbeats, configuration.

It is made in two steps: what needs no socket is made before kernels are forked (`prepare`), the rest after (`connect`).
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import threading
from functools import lru_cache
from typing import Any

import zmq
from ipykernel.iostream import BackgroundSocket, IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from IPython.core.application import BaseIPythonApplication
from tornado.ioloop import IOLoop
from traitlets.config import Config
from zmq.eventloop.zmqstream import ZMQStream

from grader.kernel.protocol.jupyter import BoundedSession


def _without_debugger() -> None:
    """ipykernel loads debugpy if it can: a third of a kernel's start, for something that nobody attaches to."""
    if "debugpy" not in sys.modules:
        sys.modules["debugpy"] = None  # type: ignore[assignment]  # how Python is told that a module can't be had
        importlib.import_module("ipykernel.debugger")
        del sys.modules["debugpy"]


_without_debugger()


class Publisher(IOPubThread):  # type: ignore[misc]
    """Publishes at once, in the thread that asks for it: a thread in between costs three switches for each cell."""

    def __init__(self, socket: zmq.Socket[bytes]) -> None:
        self.socket, self.session = socket, None
        self.background_socket = BackgroundSocket(self)
        self.io_loop = IOLoop.current()
        self.thread = threading.Thread()  # never started: whoever asks for it sees that it does not run
        self._stopped, self._pipe_flag, self._master_pid = False, False, os.getpid()


class QuietKernel(IPythonKernel):  # type: ignore[misc]
    """Does not tell what it executes, nor that it has begun to: nobody shows it, and it is half of all messages."""

    banner = ""  # IPython's holds a tip at random: however often the grader asks, a participant's numbers are the same

    def _publish_execute_input(self, *args: object) -> None:
        pass

    def _publish_status(self, status: str, *args: Any, **kwargs: Any) -> None:
        if status != "busy":
            super()._publish_status(status, *args, **kwargs)

    def _publish_status_and_flush(self, status: str, *args: Any, **kwargs: Any) -> None:
        if status != "busy":
            super()._publish_status_and_flush(status, *args, **kwargs)


class KernelApp(IPKernelApp):  # type: ignore[misc]  # traitlets are untyped
    """Set up by its arguments alone; no command line, no configuration of whoever runs the grader."""

    kernel_class = QuietKernel

    def parse_command_line(self, argv: object = None) -> None:
        pass

    def load_config_file(self, *args: object, **kwargs: object) -> None:
        pass

    def prepare(self) -> None:
        """Make the kernel and its shell, which nobody can talk to yet."""
        BaseIPythonApplication.initialize(self)  # type: ignore[no-untyped-call]
        self.kernel = self.kernel_class.instance(
            parent=self, session=self.session, log=self.log, profile_dir=self.profile_dir, user_ns=self.user_ns
        )
        self.kernel._execute_sleep = 0  # ipykernel waits half a millisecond after each cell for outputs that we flush
        self.init_path()
        self.init_shell()
        self.init_code()

    def connect(self, connection_file: str) -> None:
        """Bind the sockets and give them to the kernel. May be in a fork of the process that prepared it."""
        self.connection_file = connection_file
        self.init_connection_file()
        self.session.pid = os.getpid()  # a session says nothing in a process that did not make it
        self.init_sockets()
        self.init_io()
        self.init_signal()
        kernel, shell = self.kernel, self.shell
        kernel.shell_stream = ZMQStream(self.shell_socket)
        kernel.iopub_thread, kernel.iopub_socket = self.iopub_thread, self.iopub_socket
        kernel._stdout, kernel._stderr = sys.stdout, sys.stderr
        shell.displayhook.pub_socket = shell.display_pub.pub_socket = self.iopub_socket
        self.displayhook.get_execution_count = lambda: kernel.execution_count

    def init_sockets(self) -> None:
        """Shell and iopub: nobody answers input(), and interrupts and ends are signals."""
        self.context = zmq.Context()
        self.shell_socket = self.context.socket(zmq.ROUTER)
        self._bind_socket(self.shell_socket, int(self.shell_port))
        self.iopub_socket = self.context.socket(zmq.XPUB)
        self.iopub_socket.setsockopt(zmq.XPUB_NODROP, 1)  # who shows more than is read waits, and loses nothing of it
        self._bind_socket(self.iopub_socket, int(self.iopub_port))
        self.iopub_thread = Publisher(self.iopub_socket)
        self.iopub_socket = self.iopub_thread.background_socket


def prepare_kernel() -> KernelApp:
    """A kernel without sockets. It writes IPython's profile to the home folder."""
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.xmode = "Plain"  # coloured tracebacks load and parse a lot, and nobody sees them here
    settings.InteractiveShell.colors = "NoColor"
    settings.IPKernelApp.capture_fd_output = False  # two threads more, for what is printed past Python
    app: KernelApp = KernelApp.instance(log_level=50, config=settings, session=BoundedSession())
    app.prepare()
    app.log.setLevel(logging.CRITICAL)  # Jupyter's logger has a level of its own that lets all through
    shell = app.shell
    shell.transform_cell = lru_cache(1)(shell.transform_cell)  # ipykernel and then IPython ask for the same
    shell.transform_cell("x = 1")  # what the first cell would load, and the first value that is shown
    shell.display_formatter.format(1)
    return app
