"""Posterior files: draws of the uncertain parameters, as `advocacy calibrate` writes them."""

from __future__ import annotations

import hashlib
import json
import math
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from simulation.errors import InputError

FILE = Path(__file__).with_name("posterior.json")
"""The shipped posterior."""

SCHEMA_VERSION = 1
NOT_FORECAST = ("survey.", "logs.")
"""Beginnings of keys that no forecast uses."""


class Posterior(NamedTuple):
    """Equally likely parameter sets."""

    draws: dict[str, list[float]]
    """By scenario key: one number per draw."""
    contents: dict[str, Any]
    """The whole file: diagnostics, versions, figures."""
    digest: str
    """SHA-256 of the file."""

    @property
    def size(self) -> int:
        """How many draws there are."""
        return len(next(iter(self.draws.values())))

    def at(self, uniform: float) -> dict[str, float]:
        """The draw that a uniform number stands for, by scenario key."""
        place = min(int(uniform * self.size), self.size - 1)
        return {key: column[place] for key, column in self.draws.items()}


@lru_cache(maxsize=4)
def load_posterior(path: Path = FILE) -> Posterior:
    """The draws in a posterior file. Raises `InputError` naming file and key."""
    try:
        raw = path.read_bytes()
        contents = json.loads(raw)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({(error.strerror or str(error)).lower()}); allowed: a file written by advocacy calibrate") from None
    except ValueError as error:
        raise InputError(f"{path}: not a posterior file ({error}); allowed: a file written by advocacy calibrate") from None
    columns = contents.get("draws") if isinstance(contents, dict) and contents.get("schema_version") == SCHEMA_VERSION else None
    if not isinstance(columns, dict):
        raise InputError(f"{path}: no draws of schema version {SCHEMA_VERSION}; allowed: a file written by advocacy calibrate")
    draws = {key: column for key, column in columns.items() if not key.startswith(NOT_FORECAST)}
    sizes = {len(column) if isinstance(column, list) else 0 for column in draws.values()}
    if len(sizes) != 1 or 0 in sizes:
        raise InputError(f"{path}: draws of different length; allowed: as many of each parameter, at least one")
    for key, column in draws.items():
        if not all(isinstance(value, int | float) and math.isfinite(value) for value in column):
            raise InputError(f"{path}: draws.{key}: not all are numbers; allowed: finite numbers")
    return Posterior(draws, contents, hashlib.sha256(raw).hexdigest())
