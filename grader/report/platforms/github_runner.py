"""GitHub's runner, which obeys commands in what a step prints. Every command of ours uses it: import nothing slow."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import click


class Runner:
    """Keeps GitHub's runner from obeying what a participant prints.

    The runner obeys lines such as `::add-mask::...` in all that a step prints, and a report holds participants' texts.
    So it is stopped before anything is printed, and resumed by a word that nobody can guess.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._token = secrets.token_hex(16) if environ.get("GITHUB_ACTIONS") == "true" else ""

    def stop(self) -> None:
        """Make the runner ignore commands from here on."""
        if self._token:
            click.echo(f"::stop-commands::{self._token}", err=True)

    def resume(self, err: bool = True) -> None:
        """Make the runner obey commands again. `err`: say so on the standard error, not the standard output."""
        if self._token:
            click.echo(f"::{self._token}::", err=err)
        self._token = ""
