"""The proof as a page of the docs: what is proved, and what is not."""

from __future__ import annotations

from pathlib import Path

from grader.proof.page import page
from tests.proof.sample_proof import small_proof


def test_the_page_holds_the_kill_matrix_and_what_is_not_proved(tmp_path: Path) -> None:
    text = page(small_proof(tmp_path))
    assert text.startswith("# Kill matrix: So\n")
    assert (
        text[text.index("| exercise |") :]
        == """\
| exercise | right solutions | idle functions | wrong answers | known mistakes | named exactly | mutants | equivalent |
|---|--:|--:|--:|--:|--:|--:|--:|
| 1. So | 1 | 1 | 1 | 2 | 1 | 2 | 1 |

Mutants by what was changed: operator 2.

## Not proved

- 1: The solution passes every check also with this change:
  `- return 2 * x`
  `+ return 2 ** x`

## 1. So

1. `test_small`: Small
2. `test_large`: Large

| refused by | 1 | 2 | named |
|---|:-:|:-:|---|
| half | ✗ | ✗ | ✓ |
| twin |   | ✗ | half |
| *2 mutants* | 1 | 1 | |
| *mutants by this check alone* | 0 | 0 | |

Wrong answers that must earn nothing: `printed`.

`twin` is called `half`: The same answers.

Changes that are no mistakes, marked by hand:

- `return 2 * x` It commutes.
  - `return x * 2`
"""
    )
