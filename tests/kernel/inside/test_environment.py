"""A kernel inherits nothing of the user's environment, and one thread for linear algebra."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.kernel.inside.environment import ONE_THREAD, kernel_environment


def test_nothing_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKEN", "PYTHONPATH", "HTTP_PROXY", "LC_ALL"):
        monkeypatch.setenv(name, "secret-5f1c9e")
    environment = kernel_environment(Path("/home/ż"))
    assert "secret-5f1c9e" not in environment.values()
    assert (environment["HOME"], environment["LANG"]) == ("/home/ż", "C.UTF-8")
    assert {environment[name] for name in ONE_THREAD} == {"1"}
