"""Courses of one exercise that may be sick, written to a folder."""

from __future__ import annotations

from pathlib import Path

from grader.course import loader
from grader.course.course import Course

HINTS = '"""pl: Tak.\nen: So.\n"""\n'


SOLUTION = "def double(x):\n    return 2 * x\n"


CASES = "[(np.array([1]),), (np.array([3, -5]),), (rng.normal(4, 2, 9),)]"


def hidden_test(cases: str = CASES, body: str = "call.returns(solution(*call.args))", name: str = "test_it") -> str:
    return (
        "import numpy as np\nimport pytest\n\n\n@pytest.mark.check(points=1, pl='Tak', en='So')\n"
        f"def {name}(double, solution, rng):\n    lucky = rng.random() < 0.5\n"
        f"    for call in double.each({cases}):\n        {body}\n"
    )


def double(expression: str) -> str:
    return f"def double(x):\n    return {expression}\n"


def write_course(folder: Path, exercises: dict[str, dict[str, str]]) -> Course:
    """A course whose exercises are the healthy one but for the files given."""
    lines = ['id = "sick"', 'title = { pl = "Tak", en = "So" }', 'opening = ["imports.py"]']
    lines += ["[names]", 'x = ["x"]']
    folder.mkdir(exist_ok=True)
    folder.joinpath("imports.py").write_text("import numpy as np\n", "utf-8")
    for id, changed in exercises.items():
        lines += ["[[exercises]]", f'id = "{id}"', 'title = { pl = "Tak", en = "So" }', "minutes = 1"]
        lines += ['function = "double"', 'parameters = ["x"]', "points = 1"]
        files = {
            "stub.py": "def double(x):\n    return None\n",
            "solution.py": SOLUTION,
            "visible.py": "assert double(1) == 2\n",
            "test_it.py": hidden_test(),
            **changed,
        }
        for name, text in files.items():
            path = folder / id / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(HINTS + text if name.startswith("mistakes/") else text, "utf-8")
    folder.joinpath("course.toml").write_text("\n".join(lines), "utf-8")
    return loader.load(folder)
