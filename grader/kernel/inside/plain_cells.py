"""Cells of plain Python, for which IPython need not look for what is its own: commands, questions, prompts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_MAY_CHANGE = re.compile(
    r"""
    [?\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]  # a question; ends of lines that it takes for such
    | !(?!=) | =[ \t]*% | ^[ \t]*[%,;/]     # commands
    | >>> | ^[^\S\n]*\.\.\. | In[ ]\[       # prompts
    | \A\s | ^[ \t]+$                       # space that it takes away
    """,
    re.VERBOSE | re.MULTILINE,
)


def pass_plain_cells(shell: Any) -> None:
    """Have a shell tokenize only cells that might change; plain ones it passes on. `shell`: IPython's.

    What a notebook adds to its transformers sees every cell.
    """
    manager = shell.input_transformer_manager
    transform, known = manager.transform_cell, _transformers(manager)

    def transform_cell(cell: str) -> str:
        if _MAY_CHANGE.search(cell) or _transformers(manager) != known:
            return str(transform(cell))
        return cell if cell.endswith("\n") else f"{cell}\n"

    manager.transform_cell = transform_cell


def ask_where_it_may_wait(shell: Any) -> None:
    """Have a shell compile only cells with such words to know whether they await something; it asks twice for each."""
    should_run_async: Callable[..., bool] = shell.should_run_async

    def answer(raw_cell: str, *, transformed_cell: str | None = None, **more: Any) -> bool:
        if transformed_cell is not None and "await" not in transformed_cell and "async" not in transformed_cell:
            return False
        return should_run_async(raw_cell, transformed_cell=transformed_cell, **more)

    shell.should_run_async = answer


def _transformers(manager: Any) -> list[Any]:
    return [*manager.cleanup_transforms, *manager.line_transforms, *manager.token_transformers]
