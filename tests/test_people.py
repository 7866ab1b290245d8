"""The numbers of a person mean something only where they come from."""

from __future__ import annotations

import pytest

from grader.people import Id, Namespace, Person, id_in, main_id

MOODLE, CANVAS, SIS, ROSTER = (
    Id(namespace, namespace.value + "-7")
    for namespace in (Namespace.MOODLE, Namespace.CANVAS, Namespace.SIS, Namespace.ROSTER)
)


@pytest.mark.parametrize(
    ("ids", "main"),
    [((), ""), ((ROSTER, MOODLE), "moodle-7"), ((ROSTER, SIS, CANVAS), "canvas-7"), ((SIS, ROSTER), "roster-7"),
     ((SIS,), "")],
)  # fmt: skip
def test_a_platforms_number_comes_before_that_of_the_list(ids: tuple[Id, ...], main: str) -> None:
    assert main_id(ids) == main


def test_an_id_of_another_namespace_is_never_taken() -> None:
    assert id_in((ROSTER, CANVAS), Namespace.MOODLE) == ""
    assert id_in((ROSTER, CANVAS), Namespace.MOODLE, Namespace.CANVAS) == "canvas-7"


def test_the_list_calls_a_person_by_its_own_number_or_the_login() -> None:
    assert Person("Łucja Żak", (MOODLE, ROSTER), login="lzak").id == "roster-7"
    assert Person("Łucja Żak", (MOODLE,), login="lzak").id == "lzak"
