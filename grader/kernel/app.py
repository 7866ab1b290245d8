"""The stock ipykernel, without what one client on one machine has no use for: threads, heartbeats, configuration."""

from __future__ import annotations

import importlib
import sys
from typing import Any

from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config


def _without_debugger() -> None:
    """ipykernel loads debugpy if it can: a third of a kernel's start, for something that nobody attaches to."""
    if "debugpy" not in sys.modules:
        sys.modules["debugpy"] = None  # type: ignore[assignment]  # how Python is told that a module can't be had
        importlib.import_module("ipykernel.debugger")
        del sys.modules["debugpy"]


_without_debugger()


class KernelApp(IPKernelApp):  # type: ignore[misc]  # traitlets are untyped
    """Set up by its arguments alone; no command line, no configuration of whoever runs the grader."""

    def parse_command_line(self, argv: object = None) -> None:
        pass

    def load_config_file(self, *args: object, **kwargs: object) -> None:
        pass

    def init_heartbeat(self) -> None:
        """A dead kernel is seen by its process."""

    def init_control(self, context: Any) -> None:
        """One client that asks one thing at a time needs no thread to sort its requests."""
        super().init_control(context)
        self.shell_channel_thread = None

    def init_pdb(self) -> None:
        """Nobody debugs here."""

    def init_extensions(self) -> None:
        """None are wanted, and storing variables for later sessions least of all."""

    def init_gui_pylab(self) -> None:
        """There is no screen."""

    def write_connection_file(self, **kwargs: Any) -> None:
        """The grader has written it, and this process may not."""


def make_kernel(connection_file: str) -> KernelApp:
    """A kernel that is connected and not yet started."""
    settings = Config()
    settings.HistoryManager.enabled = False
    settings.InteractiveShell.xmode = "Plain"  # coloured tracebacks load and parse a lot, and nobody sees them here
    settings.InteractiveShell.colors = "NoColor"
    app: KernelApp = KernelApp.instance(connection_file=connection_file, log_level=50, config=settings)
    app.initialize()
    app.kernel._execute_sleep = 0  # ipykernel waits half a millisecond after each cell for outputs that we flush
    return app
