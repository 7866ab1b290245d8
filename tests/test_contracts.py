"""The import contracts of pyproject.toml miss no module, and the order of the tests names no file that is gone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import LONGEST, ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

CONTRACTS: list[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
    "contracts"
]


def modules(package: str) -> set[str]:
    """The modules and packages directly in a package."""
    folder = ROOT.joinpath(*package.split("."))
    found = {path.stem for path in folder.glob("*.py")} | {path.parent.name for path in folder.glob("*/__init__.py")}
    return {f"{package}.{name}" for name in found - {"__init__"}}


def contract(kind: str, package: str) -> dict[str, Any]:
    (found,) = [
        one
        for one in CONTRACTS
        if one["type"] == kind
        and package in (one.get("containers") or [name.rpartition(".")[0] for name in one.get("source_modules", [])])
    ]
    return found


def test_what_runs_in_the_participants_process_may_import_no_other_module() -> None:
    """A new module that is in neither list could be imported there unseen."""
    alone = contract("forbidden", "grader.kernel")
    inside, outside = set(alone["source_modules"]), set(alone["forbidden_modules"])
    assert inside == {f"grader.kernel.{name}" for name in ("inside", "protocol", "sandbox", "fork_server")}
    assert inside | outside == (modules("grader") | modules("grader.kernel")) - {"grader.kernel"}
    assert "allow_indirect_imports" not in alone


@pytest.mark.parametrize("package", ["grader", "grader.kernel"])
def test_layers_miss_no_module_and_have_no_exceptions(package: str) -> None:
    layers = contract("layers", package)
    assert layers["exhaustive"] is True
    named = {name.strip() for layer in layers["layers"] for name in layer.replace(":", "|").split("|")}
    assert {f"{package}.{name}" for name in named} == modules(package)
    assert not {"ignore_imports", "exhaustive_ignores"} & layers.keys()


def test_each_package_is_a_package() -> None:
    """import-linter sees no module in a folder without __init__.py."""
    for path in (ROOT / "grader" / "kernel").rglob("*.py"):
        assert Path(path.parent, "__init__.py").exists()


def test_files_that_come_first_are_there() -> None:
    assert [name for name in LONGEST if not (ROOT / "tests" / f"{name}.py").exists()] == []
