"""A report reaches its file whole, and a file that can't be written is an error with the next step."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import OutputError
from grader.report.writing import append, write


def test_without_a_file_the_text_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    write(None, "zażółć\n")
    assert capsys.readouterr() == ("zażółć\n", "")


def test_a_file_and_its_folders_are_made_and_the_file_is_replaced(tmp_path: Path) -> None:
    file = tmp_path / "żółte raporty" / "a" / "raport.md"
    write(file, "długi tekst")
    write(file, "krótki")
    assert file.read_text("utf-8") == "krótki"
    assert [path.name for path in file.parent.iterdir()] == ["raport.md"]


def test_text_is_added_after_what_the_file_holds(tmp_path: Path) -> None:
    file = tmp_path / "podsumowanie.md"
    for text in ("ą\n", "b\n"):
        append(file, text)
    assert file.read_text("utf-8") == "ą\nb\n"


@pytest.mark.parametrize("writer", [write, append])
def test_a_folder_in_the_place_of_the_file_is_named(writer: object, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=f"{tmp_path.name} can't be written"):
        writer(tmp_path, "text")  # type: ignore[operator]
