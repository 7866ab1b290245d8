"""The stock ipykernel, without what one client on one machine has no use for: threads, heartbeats, configuration."""

from __future__ import annotations

from typing import Any

from ipykernel.kernelapp import IPKernelApp
from traitlets.config import Config


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

    def write_connection_file(self, **kwargs: Any) -> None:
        """The grader has written it, and this process may not."""


def make_kernel(connection_file: str) -> KernelApp:
    """A kernel that is connected and not yet started."""
    settings = Config()
    settings.HistoryManager.enabled = False
    app: KernelApp = KernelApp.instance(connection_file=connection_file, log_level=50, config=settings)
    app.initialize()
    return app
