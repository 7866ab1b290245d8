"""The stock ipykernel, without what one client on one machine does not need: threads, heartbeats, configuration.

It is set up in two steps: before kernels are forked (`prepare`), and after (`connect`), which opens the sockets.
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
    """Keep ipykernel from loading debugpy: a third of a kernel's start, for a debugger that nobody attaches."""
    if "debugpy" not in sys.modules:
        sys.modules["debugpy"] = None  # type: ignore[assignment]  # an import of it then fails
        importlib.import_module("ipykernel.debugger")
        del sys.modules["debugpy"]


_without_debugger()


class Publisher(IOPubThread):  # type: ignore[misc]
    """Publishes in the calling thread: one in between costs three switches for each cell."""

    def __init__(self, socket: zmq.Socket[bytes]) -> None:
        self.socket, self.session = socket, None
        self.background_socket = BackgroundSocket(self)
        self.io_loop = IOLoop.current()
        self.thread = threading.Thread()  # never started, so that is_alive() is False
        self._stopped, self._pipe_flag, self._master_pid = False, False, os.getpid()


class QuietKernel(IPythonKernel):  # type: ignore[misc]
    """Does not publish the code of a cell, nor that it has begun: half of all messages, which nobody reads."""

    banner = ""  # IPython's holds a random tip: choosing it would change the participant's random numbers

    def _publish_execute_input(self, *args: object) -> None:
        pass

    def _publish_status(self, status: str, *args: Any, **kwargs: Any) -> None:
        if status != "busy":
            super()._publish_status(status, *args, **kwargs)

    def _publish_status_and_flush(self, status: str, *args: Any, **kwargs: Any) -> None:
        if status != "busy":
            super()._publish_status_and_flush(status, *args, **kwargs)


class KernelApp(IPKernelApp):  # type: ignore[misc]  # traitlets are untyped
    """An app without a command line, and without the configuration of the person who runs the grader."""

    kernel_class = QuietKernel

    def parse_command_line(self, argv: object = None) -> None:
        pass

    def load_config_file(self, *args: object, **kwargs: object) -> None:
        pass

    def prepare(self) -> None:
        """Create the kernel and its shell, without sockets."""
        BaseIPythonApplication.initialize(self)  # type: ignore[no-untyped-call]
        self.kernel = self.kernel_class.instance(
            parent=self, session=self.session, log=self.log, profile_dir=self.profile_dir, user_ns=self.user_ns
        )
        self.kernel._execute_sleep = 0  # ipykernel waits half a millisecond after each cell for outputs; we flush them
        self.init_path()
        self.init_shell()
        self.init_code()

    def connect(self, connection_file: str) -> None:
        """Bind the sockets and give them to the kernel. This process may be a fork of the one that prepared it."""
        self.connection_file = connection_file
        self.init_connection_file()
        self.session.pid = os.getpid()  # a session sends nothing in a process that did not create it
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
        """Only shell and iopub: nobody answers input(), and signals interrupt and end the kernel."""
        self.context = zmq.Context()
        self.shell_socket = self.context.socket(zmq.ROUTER)
        self._bind_socket(self.shell_socket, int(self.shell_port))
        self.iopub_socket = self.context.socket(zmq.XPUB)
        self.iopub_socket.setsockopt(zmq.XPUB_NODROP, 1)  # a cell that shows more than is read waits, and loses nothing
        self._bind_socket(self.iopub_socket, int(self.iopub_port))
        self.iopub_thread = Publisher(self.iopub_socket)
        self.iopub_socket = self.iopub_thread.background_socket


def prepare_kernel() -> KernelApp:
    """A kernel without sockets. Writes IPython's profile to the home folder."""
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.xmode = "Plain"  # coloured tracebacks load and parse a lot, and nobody sees them
    settings.InteractiveShell.colors = "NoColor"
    settings.IPKernelApp.capture_fd_output = False  # it would take two threads, for what is printed past Python
    app: KernelApp = KernelApp.instance(log_level=50, config=settings, session=BoundedSession())
    app.prepare()
    app.log.setLevel(logging.CRITICAL)  # Jupyter's logger has a level of its own, which shows everything
    shell = app.shell
    shell.transform_cell = lru_cache(1)(shell.transform_cell)  # ipykernel asks for it, and then IPython again
    shell.transform_cell("x = 1")  # loads what the first cell would load, and the first value that is shown
    shell.display_formatter.format(1)
    return app
