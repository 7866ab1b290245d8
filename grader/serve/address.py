"""Where the server listens, and what people type to reach it."""

from __future__ import annotations

import io
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from grader.errors import UsageError
from grader.i18n import msg

LOOPBACK = "127.0.0.1"
_DOCUMENTED = ("192.0.2.1", 9)  # an address that nobody has: asking the way to it sends nothing


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server listens.

    Attributes:
        host: The address of the network interface.
        port: The port; 0 for any that is free.
        certificate, key: The files with the TLS certificate and its key; None for plain HTTP.
        public: What people type, where a proxy stands before it.
        is_on_lan: Whether everybody in the local network reaches it.
    """

    host: str = LOOPBACK
    port: int = 0
    certificate: Path | None = None
    key: Path | None = None
    public: str | None = None
    is_on_lan: bool = False

    @property
    def is_reachable(self) -> bool:
        """Whether other networks may reach it."""
        return self.public is not None or (self.certificate is not None and not self.is_on_lan)

    def address(self, port: int) -> str:
        """What people type, without a slash at its end."""
        if self.public is not None:
            return self.public
        scheme = "http" if self.certificate is None else "https"
        return f"{scheme}://{own_address() if self.is_on_lan else self.host}:{port}"


def choose_place(
    host: str | None, port: int, is_on_lan: bool, certificate: Path | None, key: Path | None, public: str | None
) -> Place:
    """The place that the command line asks for. Raise UsageError where it would carry names and code in the open."""
    if (certificate is None) != (key is None):
        raise UsageError(msg("--tls-cert and --tls-key belong together: name both files."))
    if is_on_lan and host is not None:
        raise UsageError(msg("--lan and --host say different things. Leave out one."))
    if host is not None and host not in (LOOPBACK, "localhost", "::1") and certificate is None and public is None:
        text = msg(
            "--host {host}: names and code would cross the network unencrypted. Add --tls-cert and --tls-key, or put a "
            "proxy in front and say its address with --behind-proxy (docs/hosting.md). In a room of your own, --lan "
            "does without it.",
            host=host,
        )
        raise UsageError(text)
    public = None if public is None else _check_public(public)
    return Place("0.0.0.0" if is_on_lan else host or LOOPBACK, port, certificate, key, public, is_on_lan)  # noqa: S104


def own_address() -> str:
    """This machine's address in the local network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect(_DOCUMENTED)
            found: str = asking.getsockname()[0]
        except OSError:  # no network
            return LOOPBACK
    return found


def qr_text(address: str) -> str:
    """The address as a QR code for a terminal; empty where the package that draws it is not installed."""
    try:
        import segno
    except ImportError:
        return ""
    out = io.StringIO()
    segno.make(address, micro=False).terminal(out, compact=True)
    return out.getvalue()


def qr_picture(address: str) -> str:
    """The address as a QR code in SVG; empty likewise."""
    try:
        import segno
    except ImportError:
        return ""
    picture: str = segno.make(address, micro=False).svg_inline(omitsize=True, border=2, dark="#000")
    return picture


def _check_public(public: str) -> str:
    parts = urlsplit(public)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        text = msg("--behind-proxy {address}: write what people type, as https://grade.example.org/ml", address=public)
        raise UsageError(text)
    return public.rstrip("/")
