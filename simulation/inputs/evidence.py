"""Published figures as data: value, sample, question, population, year, source and how far to trust it."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from simulation.errors import InputError, unknown
from simulation.inputs.parameters import Scenario
from simulation.inputs.platforms import Platform

FILE = Path(__file__).with_name("evidence.toml")

Confidence = Literal["A", "B", "B weak", "C", "D"]
"""A: read in the primary source. B: in a secondary one that names it. C: from memory, unverified. D: arithmetic from others."""


class Figure(BaseModel):
    """One published figure."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    title: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str
    sample_size: int | None = None
    question: str
    population: str
    year: int | None = None
    source: str
    url: str | None = None
    confidence: Confidence
    kind: Literal["measured", "derived", "assumed"]
    derived_from: tuple[str, ...] = ()
    formula: str | None = None
    verified: bool
    folklore: bool = False
    held_out: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _is_honest(self) -> Figure:
        if (self.confidence == "C") == self.verified:
            raise ValueError("confidence C means unverified, and only C")
        if self.kind == "derived" and not self.formula:
            raise ValueError("a derived figure needs its formula")
        return self


class Evidence:
    """All figures, by key."""

    def __init__(self, figures: dict[str, Figure], digest: str) -> None:
        self._figures = figures
        self.digest = digest
        """SHA-256 of the file, so that results can say what they rest on."""

    def __getitem__(self, key: str) -> Figure:
        """The figure with this key. Raises `InputError` naming the nearest one."""
        if key not in self._figures:
            raise unknown("evidence", "figure", key, self._figures)
        return self._figures[key]

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._figures.values())

    def __len__(self) -> int:
        return len(self._figures)


@lru_cache(maxsize=4)
def load_evidence(path: Path = FILE) -> Evidence:
    """The figures in an evidence file (TOML). Raises `InputError` naming file and key."""
    try:
        raw = path.read_bytes()
        tables = tomllib.loads(raw.decode("utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({(error.strerror or str(error)).lower()})") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: not valid TOML: {error}") from None
    figures = {}
    for key, table in tables.items():
        try:
            figures[key] = Figure(key=key, **table)
        except (ValidationError, TypeError) as error:
            found = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
            raise InputError(f"{path}: [{key}] {'.'.join(map(str, found['loc']))}: {found['msg']}") from None
    for figure in figures.values():
        for parent in figure.derived_from:
            if parent not in figures:
                raise InputError(f"{path}: [{figure.key}] derived_from: '{parent}' is not a figure of this file")
    return Evidence(figures, hashlib.sha256(raw).hexdigest())


def bases(block: type[BaseModel] = Scenario, prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Dotted key and basis (unit, role, evidence, assumed) of every value that a scenario can set."""
    for name, field in block.model_fields.items():
        key = f"{prefix}{name}"
        inner = [option for option in _options(field.annotation) if isinstance(option, type) and issubclass(option, BaseModel)]
        if inner and not isinstance(field.json_schema_extra, dict):
            yield from bases(inner[0], f"{key}.")
        elif isinstance(field.json_schema_extra, dict):
            yield key, dict(field.json_schema_extra)
            for option in inner:
                yield from bases(option, f"{key}.")
    if prefix == "platforms.":
        yield from bases(Platform, "platforms.NAME.")


def _options(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__args__", None) or (annotation,)
