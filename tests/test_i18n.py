"""Every text for people is there in Polish and English, and what is compiled is what is written."""

from __future__ import annotations

import ast
import gettext
import string

import msgspec
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from grader.errors import UsageError
from grader.i18n import CellRef, Message, Titles, label_cells, msg, msgs, pieces, render
from tests.conftest import ROOT

LOCALE = ROOT / "grader" / "locale" / "pl" / "LC_MESSAGES"


ERRORS = ("UsageError", "CourseError", "SandboxError", "OutputError", "KernelStartError")


def polish() -> Catalog:
    with (LOCALE / "grader.po").open("rb") as file:
        return read_po(file, locale="pl")


def test_every_text_has_a_polish_translation_and_no_other_is_kept() -> None:
    found = extract_from_dir(str(ROOT / "grader"), keywords={"msg": None, "msgs": (1, 2), **dict.fromkeys(ERRORS)})
    texts = {message if isinstance(message, str) else tuple(message) for _, _, message, _, _ in found}
    translated = {
        message.id if isinstance(message.id, str) else tuple(message.id): message for message in polish() if message.id
    }
    assert set(translated) == texts, "run `make catalogs` and translate"
    assert not [id for id, message in translated.items() if message.fuzzy or not message.string]


def test_no_text_hides_in_an_f_string_where_extraction_does_not_see_it() -> None:
    for path in (ROOT / "grader").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                calls = [inner for inner in ast.walk(node) if isinstance(inner, ast.Call)]
                names = {call.func.id for call in calls if isinstance(call.func, ast.Name)}
                assert not names & {"msg", "msgs"}, f"{path}:{node.lineno}"


def test_no_error_is_made_of_an_f_string_which_nobody_can_translate() -> None:
    for path in (ROOT / "grader").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS and node.args:
                assert not isinstance(node.args[0], ast.JoinedStr), f"{path}:{node.lineno}"


def test_an_error_of_any_text_can_be_said() -> None:
    assert str(UsageError("{a} of {}")) == "{a} of {}"
    assert str(UsageError("{path}: no", path="{b}")) == "{b}: no"


def test_translations_keep_the_places_that_are_filled_in() -> None:
    for message in polish():
        if not message.id:
            continue
        id = message.id if isinstance(message.id, str) else message.id[0]
        texts = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(places(text) == places(id) for text in texts), id


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_compiled_catalog_is_what_the_source_says() -> None:
    with (LOCALE / "grader.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in polish():
        if isinstance(message.id, str) and message.id:
            assert compiled.gettext(message.id) == message.string, "run `make catalogs`"
        elif message.id:
            assert tuple(compiled.ngettext(*message.id, n) for n in (1, 2, 5)) == message.string, "run `make catalogs`"


def test_texts_are_rendered_in_both_languages() -> None:
    text = msg("Score: {score} of {max} points", score=1.5, max=18.0)
    assert render(text, "en") == "Score: 1.5 of 18 points"
    assert render(text, "pl") == "Wynik: 1,5 z 18 punktów"
    assert render(Titles("tak", "yes"), "pl") == "tak"
    assert render(msgs("and {n} more", "and {n} more", 3), "pl") == "i jeszcze 3"
    nested = msg(
        "Value {number} of {count}: {reason}", number=1, count=2, reason=msg("The value is not the expected one.")
    )
    assert render(nested, "pl") == "Wartość 1 z 2: Wynik jest inny, niż powinien."


def test_a_cell_is_shown_as_its_number_from_1_or_by_its_label() -> None:
    text = msg("Cell {cell}: {error}", cell=CellRef(2), error=msg("cell {cell}", cell=CellRef(0)))
    assert render(text, "en") == "Cell 3: cell 1"
    assert render(label_cells(text, lambda index: f"{index} (kopia.ipynb)"), "en") == (
        "Cell 2 (kopia.ipynb): cell 0 (kopia.ipynb)"
    )
    assert render(label_cells(text, lambda index: index), "pl") == "Komórka 2: komórka 0"


def test_a_files_name_in_a_label_is_not_ours_so_that_reports_quote_it() -> None:
    text = label_cells(msg("Cell {cell}", cell=CellRef(0)), lambda index: "1 (<b>.ipynb)")
    assert [*pieces(text, "en")] == [("Cell ", True), ("1 (<b>.ipynb)", False)]


def test_a_text_with_a_cell_is_the_same_after_it_was_sent() -> None:
    text = msg("Cell {cell}: {error}", cell=CellRef(2), error="x")
    assert msgspec.json.decode(msgspec.json.encode(text), type=Message) == text
