"""How often somebody may do something."""

from __future__ import annotations

import time
from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(slots=True)
class _Bucket:
    left: float
    at_s: float


class Rate:
    """So many at once, and after that one in every so many seconds, for each key by itself."""

    def __init__(self, burst: int, every_s: float, most_keys: int = 10_000) -> None:
        self._burst, self._every_s, self._most_keys = burst, every_s, most_keys
        self._buckets: dict[Hashable, _Bucket] = {}

    def take(self, key: Hashable) -> bool:
        """Whether it is not too often, and then it is counted."""
        now_s = time.monotonic()
        if len(self._buckets) >= self._most_keys:
            self._buckets = {one: has for one, has in self._buckets.items() if self._refilled(has, now_s) < self._burst}
        bucket = self._buckets.setdefault(key, _Bucket(self._burst, now_s))
        bucket.left, bucket.at_s = self._refilled(bucket, now_s), now_s
        if bucket.left < 1:
            return False
        bucket.left -= 1
        return True

    def _refilled(self, bucket: _Bucket, now_s: float) -> float:
        return min(self._burst, bucket.left + (now_s - bucket.at_s) / self._every_s)
