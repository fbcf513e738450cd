"""Whole numbers for names, so that a platform's luck depends on its name and not on its place in a list."""

from __future__ import annotations

import hashlib
from functools import lru_cache


@lru_cache(maxsize=256)
def number_of(name: str) -> int:
    """A 48-bit number for a name, the same in every process."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:6], "big")
