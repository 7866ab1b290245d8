"""`python -m grader` is `grade`.

Python has put the working folder first on its path, where a participant's numpy.py may lie; it is taken off before
anything else is imported. A folder named `grader` there has come before us, though: use the command `grade`, or
`python -P -m grader`, in a folder that is not yours.
"""

import sys

if not (sys.flags.isolated or getattr(sys.flags, "safe_path", False)):  # -I; -P came with Python 3.11
    del sys.path[0]

from grader.cli.start import grade

if __name__ == "__main__":
    grade()
