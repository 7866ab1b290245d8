"""What the walls add to a kernel's start: `python -m tests.bench.walls`. Kernels with and without them in turn."""

from __future__ import annotations

import statistics
import time

from grader.config import Limits
from grader.kernel.fork_client import ForkServerClient
from grader.kernel.kernel import Kernel
from grader.kernel.protocol.messages import SandboxSettings

STARTS = 40


def start_s(sandbox: SandboxSettings, warm: ForkServerClient) -> float:
    started = time.perf_counter()
    kernel = Kernel(Limits(), sandbox, warm)
    elapsed_s = time.perf_counter() - started
    kernel.close()
    return elapsed_s


def main() -> None:
    with ForkServerClient() as warm:
        start_s(SandboxSettings(), warm)
        pairs = [
            (start_s(SandboxSettings(), warm), start_s(SandboxSettings(enabled=False), warm)) for _ in range(STARTS)
        ]
    on, off = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
    added = statistics.median((a - b) * 1000 for a, b in pairs)
    print(f"median of {STARTS} starts: {on:.1f} ms with walls, {off:.1f} ms without; they add {added:.1f} ms")


if __name__ == "__main__":
    main()
