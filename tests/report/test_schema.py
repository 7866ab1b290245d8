"""What `--report json` writes is what the published schema says, whole and nothing else."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import msgspec
import pytest

from grader.report.json_report import text
from grader.report.run import Run
from grader.report.schema import Envelope, json_schema
from tests import sample_class, sample_run
from tests.conftest import ROOT

PUBLISHED = ROOT / "docs" / "grade-1.schema.json"
RUNS = {"formats": sample_run.run(), "one": sample_run.run(sample_run.MIXED), "class": sample_class.run()}


def published() -> str:
    return json.dumps(json_schema(), indent=2) + "\n"


def in_one_order(schema: Any) -> Any:
    """The schema with its alternatives sorted: their order means nothing, and differs between releases of msgspec."""
    if isinstance(schema, dict):
        return {name: in_one_order(part) for name, part in schema.items()}
    if isinstance(schema, list):
        return sorted(map(in_one_order, schema), key=json.dumps)
    return schema


def test_the_published_schema_is_the_one_of_the_types() -> None:
    found = json.loads(PUBLISHED.read_text("utf-8"))
    assert in_one_order(found) == in_one_order(json_schema()), "python -m tests.report.test_schema"


@pytest.mark.parametrize("name", RUNS)
def test_an_envelope_is_valid_by_the_schema_and_by_the_types(name: str) -> None:
    written = text(RUNS[name])
    jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text("utf-8"))).validate(json.loads(written))
    assert msgspec.to_builtins(msgspec.json.decode(written, type=Envelope)) == json.loads(written)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "grade/2"),
        (("submissions", 0, "score"), -1),
        (("submissions", 0, "status"), "fine"),
        (("submissions", 0, "exercises", 0, "checks", 0, "status"), "superseded"),
        (("submissions", 0, "surprise"), 1),
    ],
)
def test_an_envelope_that_is_not_ours_is_refused(path: tuple[str | int, ...], value: Any) -> None:
    envelope = json.loads(text(Run(RUNS["formats"].grades, RUNS["formats"].course, RUNS["formats"].config)))
    place: Any = envelope
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not jsonschema.Draft202012Validator(json_schema()).is_valid(envelope)


if __name__ == "__main__":
    PUBLISHED.write_text(published(), "utf-8")
