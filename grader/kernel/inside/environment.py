"""The environment variables of a kernel: none of the user's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # of linear algebra


def kernel_environment(home: Path) -> dict[str, str]:
    """The variables of a kernel whose home folder is `home`: one thread for linear algebra, a fixed hash seed."""
    env = {"HOME": str(home), "TMPDIR": str(home), "PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONHASHSEED": "0"}
    env |= dict.fromkeys((*ONE_THREAD, "MALLOC_ARENA_MAX"), "1")
    env |= {"MPLBACKEND": "agg", "PYTHONDONTWRITEBYTECODE": "1"}
    if sys.platform == "win32":
        env |= {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP") if name in os.environ}
    return env
