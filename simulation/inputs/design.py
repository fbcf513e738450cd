"""Reads designs: which keys of a scenario a study varies, how far, and by which method points are chosen."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from simulation.errors import InputError, nearest
from simulation.inputs.complaints import block_of, complaint, field_of
from simulation.inputs.parameters import Scenario
from simulation.inputs.quantity import Settings
from simulation.inputs.scenario import SHIPPED as SCENARIOS
from simulation.inputs.scenario import flat, load_scenario
from simulation.inputs.yaml_text import Key, Origin, read_mapping, read_value

SHIPPED = SCENARIOS / "designs"
ITS_OWN = {"run.replications": "replications", "run.seed": "seed", "run.workers": "--workers", "run.held": "vary"}
"""Keys of a scenario that no study varies, and what says them instead."""

METHODS = {"grid": (), "latin_hypercube": ("points",), "sobol": ("points",), "morris": ("trajectories", "levels"), "one_at_a_time": (), "table": ("table",)}
"""Methods, and the settings that each has of its own."""

Role = Literal["lever", "uncertainty"]


class Range(Settings):
    """How far a key is varied: between two bounds, or over a list of values."""

    low: float | None = Field(default=None, description="Smallest value")
    high: float | None = Field(default=None, description="Largest value")
    scale: Literal["linear", "log"] = Field(default="linear", description="Whether steps are equal differences or equal ratios")
    integer: bool | None = Field(default=None, description="Whole numbers only; left out: where the key needs them")
    steps: int | None = Field(default=None, ge=2, le=100_000, description="Values from low to high, in a grid or one at a time; left out: 2")
    values: list[Any] | None = Field(default=None, description="Values to take instead of a range")

    @model_validator(mode="before")
    @classmethod
    def _a_list_is_its_values(cls, given: Any) -> Any:
        return {"values": given} if isinstance(given, list) else given

    @model_validator(mode="after")
    def _not_empty(self) -> Range:
        if self.values is not None:
            if self.low is not None or self.high is not None or self.steps is not None:
                raise ValueError("values are given together with low, high or steps; allowed: one or the other")
            if not self.values:
                raise ValueError("an empty list of values; allowed: one value or more")
            return self
        if self.low is None or self.high is None:
            raise ValueError(f"{'low' if self.low is None else 'high'} is missing; allowed: low and high, or a list of values")
        if not self.low < self.high or math.isinf(self.high - self.low):
            raise ValueError(f"an empty range, {self.low:g} to {self.high:g}; allowed: low below high")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"low is {self.low:g} on a log scale; allowed: more than 0")
        if self.integer and math.ceil(self.low) > math.floor(self.high):
            raise ValueError(f"an empty range, no whole number from {self.low:g} to {self.high:g}; allowed: low and high around one or more")
        return self


class Design(Settings):
    """A study: a scenario, what is varied in it, and how often each point is played."""

    title: str = Field(default="", description="A few words")
    purpose: str = Field(default="", description="One sentence: the question that the study answers")
    scenario: str = Field(default="baseline", description="The scenario that is varied: a path beside this file, else a shipped name")
    settings: dict[str, Any] = Field(default={}, description="Keys of the scenario that are changed in all points")
    method: Literal["grid", "latin_hypercube", "sobol", "morris", "one_at_a_time", "table"] = Field(default="grid", description="How points are chosen")
    vary: dict[str, Range] = Field(default={}, description="Ranges of the keys that are varied; a table has its own")
    points: int | None = Field(default=None, ge=1, le=1_000_000, description="Points of latin_hypercube; base sample of sobol, which plays keys + 2 times as many")
    trajectories: int | None = Field(default=None, ge=2, le=100_000, description="Paths through the space in morris, each of keys + 1 points")
    levels: int = Field(default=4, ge=2, le=100, description="Levels of each key in morris, an even number")
    table: str | None = Field(default=None, description="CSV file with one column a key and one row a point; beside this file")
    replications: int = Field(default=1, ge=1, le=100_000, description="Repetitions of each point; those of the same number share their luck in all points")
    seed: int = Field(default=2016, ge=0, le=2**63 - 1, description="Seed of all luck and of the choice of points")

    @model_validator(mode="after")
    def _the_method_has_what_it_needs(self) -> Design:
        needed = {name: name for name in METHODS[self.method] if name != "levels"}
        for name in needed:
            if getattr(self, name) is None:
                raise ValueError(f"{name} is missing; method {self.method} needs it")
        for name in ("points", "trajectories", "table"):
            if name not in needed and getattr(self, name) is not None:
                owners = ", ".join(method for method, own in METHODS.items() if name in own)
                raise ValueError(f"{name} is given, but method is {self.method}; it belongs to {owners}")
        if (self.method == "table") == bool(self.vary):
            raise ValueError("vary is given, but the table says what is varied" if self.vary else "vary is missing or empty; allowed: a range for each key to be varied")
        if self.levels % 2:
            raise ValueError(f"levels is {self.levels}; allowed: an even number")
        return self


@dataclass(frozen=True)
class Study:
    """
    A design, checked against its scenario.

    Attributes
    ----------
    name : short name, that of its file
    base : the scenario that is varied; the keys that are varied are held, not drawn
    roles : of each key that is varied, whether it is a lever or an uncertainty; in their order
    rows : points of a table, else None
    """

    design: Design
    name: str
    base: Scenario
    roles: dict[str, Role]
    rows: list[dict[str, Any]] | None

    def scenario_at(self, point: Mapping[str, Any]) -> Scenario:
        """The scenario of a point. Raises `ValidationError` where values do not go together."""
        return self.base.replace(**{key.replace(".", "__"): value for key, value in point.items()})


def shipped_designs() -> list[str]:
    """Names of the designs that come with the program, sorted."""
    return sorted(path.stem for path in SHIPPED.glob("*.yaml"))


def load_design(design: str | Path | Mapping[str, Any] | Design) -> Study:
    """
    A study, checked and complete.

    Parameters
    ----------
    design : a path, the name of a shipped design, or the contents of one

    Raises
    ------
    InputError
        Unknown key, wrong type, empty range, value that its key cannot take: with file, line and what is allowed.
    """
    if isinstance(design, Design):
        design = design.model_dump(exclude_unset=True)
    if isinstance(design, Mapping):
        return _checked(dict(design), {}, "design", Path.cwd(), "study")
    path = _find(str(design))
    values, origins = read_mapping(path)
    return _checked(values, origins, str(path), path.parent, path.stem)


def _find(name: str) -> Path:
    path = Path(name)
    if path.is_file():
        return path.resolve()
    if name in shipped_designs():
        return SHIPPED / f"{name}.yaml"
    guess = nearest(path.stem, shipped_designs())
    raise InputError(f"no design file '{name[:200]}', and no shipped design of that name. Shipped: {', '.join(shipped_designs())}."
                     + (f" Did you mean '{guess}'?" if guess else ""))


def _checked(values: dict[str, Any], origins: dict[Key, Origin], source: str, folder: Path, name: str) -> Study:
    try:
        design = Design.model_validate(values)
    except ValidationError as error:
        raise complaint(error, Design, origins, source) from None

    def origin(*key: str) -> Origin:
        return next((origins[key[:length]] for length in range(len(key), 0, -1) if key[:length] in origins), (source, 0))

    def said(key: tuple[str, ...]) -> str:
        file, line = origin(*key)
        return f"{file}:{line}" if line else file

    bare = load_scenario(design.scenario, (), None, folder)
    for key in design.settings:
        _known(bare, key, said(("settings", key)))
    own = {"run.replications": (design.replications, origin("replications")), "run.seed": (design.seed, origin("seed"))}
    base = load_scenario(design.scenario, (), {key: (value, origin("settings", key)) for key, value in design.settings.items()} | own, folder)
    rows, tried = (None, _extremes(design, origin)) if design.table is None else _table(folder / design.table, said(("table",)))
    roles = {key: _role(base, key, said(("vary", key)) if rows is None else f"{tried[key][0][1][0]}:1") for key in tried}
    for key in design.settings.keys() & roles:
        raise InputError(f"{said(('settings', key))}: settings: '{key}' is also varied; allowed: one or the other")
    for key, cells in tried.items():
        for value, place in cells:
            _try(base, key, value, place)
    held = sorted({*base.run.held, *(key for key, role in roles.items() if role == "uncertainty")})
    return Study(design, name, base.replace(run__held=held), roles, rows)


def _extremes(design: Design, origin: Any) -> dict[str, list[tuple[Any, Origin]]]:
    """The values of each key that must be possible, if all in its range are to be."""
    return {key: [(value, origin("vary", key, *part)) for value, part in
                  ([(value, ("values",)) for value in span.values] if span.values is not None else [(span.low, ("low",)), (span.high, ("high",))])]
            for key, span in design.vary.items()}


def _table(path: Path, place: str) -> tuple[list[dict[str, Any]], dict[str, list[tuple[Any, Origin]]]]:
    """Points of a table, and each value of each key with the line where it first stands."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [(number, cells) for number, cells in enumerate(csv.reader(file), 1) if any(cell.strip() for cell in cells)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{place}: table: '{path}' cannot be read ({error}); allowed: a CSV file in UTF-8, from the folder of the design") from None
    if len(lines) < 2:
        raise InputError(f"{path}: a table without points; allowed: a line of keys, then one line a point")
    keys = [cell.strip() for cell in lines[0][1]]
    if doubles := {key for key in keys if keys.count(key) > 1}:
        raise InputError(f"{path}:1: '{doubles.pop()}' is given twice")
    rows, tried = [], {key: dict[str, tuple[Any, Origin]]() for key in keys}
    for number, cells in lines[1:]:
        if len(cells) != len(keys):
            raise InputError(f"{path}:{number}: {len(cells)} cells; allowed: {len(keys)}, one for each key")
        for key, cell in zip(keys, cells, strict=True):
            tried[key].setdefault(cell, (read_value(cell), (str(path), number)))
        rows.append({key: tried[key][cell][0] for key, cell in zip(keys, cells, strict=True)})
    return rows, {key: list(cells.values()) for key, cells in tried.items()}


def _known(base: Scenario, key: str, place: str) -> Any:
    """The value that a scenario has at a dotted key. Raises `InputError` where it has none."""
    block: Any = base.model_dump()
    parts = key.split(".")
    for length, part in enumerate(parts):
        if not isinstance(block, dict) or part not in block:
            allowed = sorted(block if isinstance(block, dict) and block else block_of(Scenario, tuple(parts[:length])))
            guess = _nearest_key(base, key, part, allowed)
            raise InputError(f"{place}: {key}: not a known key of a scenario. Allowed here: {', '.join(allowed)}." + (f" Did you mean '{guess}'?" if guess else ""))
        block = block[part]
    return block


def _nearest_key(base: Scenario, key: str, part: str, allowed: Iterable[str]) -> str | None:
    return nearest(part, allowed) or nearest(key, flat(base.model_dump()))


def _role(base: Scenario, key: str, place: str) -> Role:
    """Whether a key is a lever or an uncertainty. Raises `InputError` where it is neither."""
    _known(base, key, place)
    if key in ITS_OWN:
        raise InputError(f"{place}: {key}: cannot be varied; the design says it by {ITS_OWN[key]}")
    field = field_of(Scenario, tuple(key.split(".")))
    basis = field.json_schema_extra if field else None
    if not isinstance(basis, dict) or "role" not in basis:
        inner = _inside(base, key)
        raise InputError(f"{place}: {key}: cannot be varied; allowed: " + (f"a key in it: {', '.join(inner)}" if inner else "levers and uncertainties, see advocacy scenario show"))
    return "lever" if basis["role"] == "lever" else "uncertainty"


def _inside(base: Scenario, key: str) -> list[str]:
    block: Any = base
    for part in key.split("."):
        block = getattr(block, part, None)
    return list(block.model_dump()) if isinstance(block, BaseModel) else []


def _try(base: Scenario, key: str, value: Any, place: Origin) -> None:
    """Refuse a value that its key cannot take."""
    whole = isinstance(value, float) and value.is_integer() and whole_key(key)
    try:
        base.replace(**{key.replace(".", "__"): int(value) if whole else value})
    except ValidationError as error:
        raise complaint(error, Scenario, {tuple(key.split(".")): place}, place[0] + (f":{place[1]}" if place[1] else "")) from None


def whole_key(key: str) -> bool:
    """Whether a key of a scenario takes whole numbers only."""
    field = field_of(Scenario, tuple(key.split(".")))
    if field is None:
        return False
    return not any(kind in str(field.annotation) for kind in ("float", "str", "date")) and any(kind in str(field.annotation) for kind in ("int", "Literal[1"))
