"""The table of a study as analysis needs it: points in rows, keys as positions between 0 and 1, one outcome by point and replication."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.engines.world import WORLDS
from simulation.errors import InputError, nearest
from simulation.inputs.design import Design, Role

type Reals = NDArray[np.float64]

LEAD = "comparison.lead_of_programme"
"""People added by the programme minus people added by ads: the default outcome, which answers who wins."""
ADDED = ("comparison.added_reach.programme", "comparison.added_reach.paid")
WORLD = "both"
KEYS = ("point", "replication", "world", "error")
SAMPLES = ("latin_hypercube", "sobol", "table", "grid")
"""Methods whose points stand for all that could be: of the others a variance over points says nothing."""


@dataclass(frozen=True)
class Key:
    """
    A key that was varied.

    Attributes
    ----------
    low, high : ends of a range of numbers; None where values are listed words
    levels : values in their order, where there are few or they are words; else None
    """

    name: str
    role: Role
    low: float | None = None
    high: float | None = None
    log: bool = False
    levels: tuple[Any, ...] | None = None

    @property
    def words(self) -> bool:
        """Whether values are words (or yes and no) and not numbers."""
        return self.low is None

    def place(self, value: Any) -> float:
        """
        Position of a value, 0 to 1.

        Raises
        ------
        InputError
            The value lies outside what the study played.
        """
        if self.low is None or self.high is None:
            levels = self.levels or ()
            if _word(value) not in levels:
                raise InputError(f"{self.name}: given {value!r}; allowed: {', '.join(map(str, levels))}, which the study played")
            return levels.index(_word(value)) / max(len(levels) - 1, 1)
        if isinstance(value, bool) or not isinstance(value, int | float) or not self.low <= value <= self.high:
            raise InputError(f"{self.name}: given {value!r}; allowed: {self.low:g} to {self.high:g}, the range of the study")
        return float(_scaled(np.array([value], dtype=np.float64), self.low, self.high, self.log)[0])

    def at(self, place: float) -> Any:
        """The value at a position."""
        if self.low is None or self.high is None:
            levels = self.levels or ()
            return levels[round(place * (len(levels) - 1))]
        return self.low * (self.high / self.low) ** place if self.log else self.low + (self.high - self.low) * place


@dataclass(frozen=True)
class StudyTable:
    """
    One outcome of a study.

    Attributes
    ----------
    places : positions, points in rows and keys in columns
    values : outcome, points in rows and replications in columns; all are finite
    points : numbers of the points, in the order of the rows
    left_out : points without a value in each replication: the run failed, or the outcome is undefined there
    block : points that were laid out together, such as a path of Morris; points of one block are not independent
    independent : rows that were drawn apart from each other: of a Sobol design the two base samples, else all
    """

    outcome: str
    world: str
    method: str
    keys: tuple[Key, ...]
    places: Reals
    values: Reals
    points: NDArray[np.int64]
    left_out: int
    block: NDArray[np.int64]
    independent: NDArray[np.bool_]

    @cached_property
    def means(self) -> Reals:
        """Mean over replications, by point."""
        found: Reals = self.values.mean(axis=1)
        return found

    @property
    def samples(self) -> bool:
        """Whether the points stand for all that could be."""
        return self.method in SAMPLES

    def only(self, columns: Sequence[int]) -> StudyTable:
        """The same with some of the keys."""
        return replace(self, keys=tuple(self.keys[column] for column in columns), places=self.places[:, list(columns)])

    def rows(self, chosen: NDArray[Any]) -> StudyTable:
        """The same with some of the points."""
        return replace(self, places=self.places[chosen], values=self.values[chosen], points=self.points[chosen], block=self.block[chosen], independent=self.independent[chosen])

    def features(self, places: Reals) -> Reals:
        """Columns that a regression can read: numbers as positions, words as one column a word."""
        columns = []
        for number, key in enumerate(self.keys):
            column = places[:, number]
            if key.words and key.levels is not None and len(key.levels) > 2:
                which = np.rint(column * (len(key.levels) - 1))
                columns += [(which == level).astype(np.float64) for level in range(len(key.levels))]
            else:
                columns.append(column)
        return np.column_stack(columns)


def one_thread() -> AbstractContextManager[Any]:
    """Linear algebra on one thread: on the small matrices of an analysis more of them only wait for each other."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(1)
    return limits


def outcomes(frame: pd.DataFrame) -> list[str]:
    """Names of the figures of a study, sorted."""
    figures = [name for name in frame.columns if name not in KEYS and not name.startswith(("lever.", "uncertainty."))]
    return sorted([*figures, *([LEAD] if set(ADDED) <= set(figures) else [])])


def outcome_named(frame: pd.DataFrame, name: str | None) -> str:
    """
    The full name of an outcome; its end is enough where no other has it.

    Raises
    ------
    InputError
        No figure of the study has that name, or several do.
    """
    known = outcomes(frame)
    if not known:
        raise InputError("--outcome: the study has no figures, because all of its runs failed; column 'error' of the table says why")
    if name is None:
        return LEAD if LEAD in known else known[0]
    found = [name] if name in known else [each for each in known if each.endswith(f".{name}")]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"--outcome: '{name}' is the end of several: {', '.join(found)}; allowed: one in full")
    guess = nearest(name, known) or nearest(name.rsplit(".", 1)[-1], [each.rsplit(".", 1)[-1] for each in known])
    raise InputError(f"--outcome: '{name}' is no figure of the study. Allowed: {', '.join(known)}." + (f" Did you mean '{guess}'?" if guess else ""))


def study_table(frame: pd.DataFrame, design: Design, outcome: str | None = None, world: str | None = None) -> StudyTable:
    """
    One outcome of a study's table.

    Parameters
    ----------
    frame : one row for each point, replication and world
    outcome : name of a figure, or its end; left out: how many more people the programme adds than ads
    world : one of the four; left out: the one with both campaigns

    Raises
    ------
    InputError
        An outcome or world that is not known, or no point with a value.
    """
    chosen, world = outcome_named(frame, outcome), WORLD if world is None else world
    if world not in WORLDS:
        guess = nearest(world, WORLDS)
        raise InputError(f"--world: given '{world}'; allowed: {', '.join(WORLDS)}." + (f" Did you mean '{guess}'?" if guess else ""))
    if chosen.startswith("comparison.") and world != WORLD:
        raise InputError(f"--world: '{chosen}' compares all four worlds; allowed: {WORLD}, or a figure of one world such as total.reach")
    rows = frame[frame["world"] == world]
    column = rows[ADDED[0]] - rows[ADDED[1]] if chosen == LEAD else rows[chosen]
    matrix = column.astype("float64").set_axis(pd.MultiIndex.from_frame(rows[["point", "replication"]])).unstack("replication").sort_index()
    whole = np.isfinite(matrix.to_numpy()).all(axis=1)
    if not whole.any():
        raise InputError(f"--outcome: '{chosen}' has no value in the world '{world}'; its runs failed, or it is undefined there")
    inputs = rows.drop_duplicates("point").set_index("point").sort_index()
    keys = tuple(_key(name, inputs[name], design) for name in inputs.columns if name.startswith(("lever.", "uncertainty.")))
    places = np.column_stack([[key.place(_plain(value, key)) for value in inputs[f"{key.role}.{key.name}"]] for key in keys])
    varied = [number for number, key in enumerate(keys) if np.ptp(places[whole, number]) > 0]
    numbers = matrix.index.to_numpy(dtype=np.int64)
    size = {"sobol": len(keys) + 2, "morris": len(keys) + 1}.get(design.method, 1)
    apart = np.isin(numbers % size, (0, size - 1)) if design.method == "sobol" else np.ones(len(numbers), dtype=bool)
    table = StudyTable(chosen, world, design.method, keys, places[whole], matrix.to_numpy()[whole], numbers[whole], int((~whole).sum()), numbers[whole] // size, apart[whole])
    return table if len(varied) == len(keys) or design.method in ("sobol", "morris") else table.only(varied)


def _key(column: str, cells: pd.Series[Any], design: Design) -> Key:
    role, name = column.split(".", 1)
    span, kind = design.vary.get(name), "lever" if role == "lever" else "uncertainty"
    numbers = pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(cells) and cells.notna().all()
    found = list(dict.fromkeys(_word(value) for value in cells))
    if not numbers:
        listed = [_word(value) for value in span.values] if span is not None and span.values is not None else sorted(found, key=str)
        return Key(name, kind, levels=tuple(level for level in listed if level in found) or tuple(found))  # type: ignore[arg-type]
    low, high = float(cells.min()), float(cells.max())
    if span is not None and span.low is not None and span.high is not None:
        low, high = min(low, span.low), max(high, span.high)
    levels = tuple(sorted(found)) if len(found) <= 10 and len(found) < len(cells) else None
    return Key(name, kind, low, high, span is not None and span.scale == "log" and low > 0, levels)  # type: ignore[arg-type]


def _plain(value: Any, key: Key) -> Any:
    return _word(value) if key.words else float(value)


def _word(value: Any) -> Any:
    """A listed value as one can read it; nothing is "none"."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
        return "none"
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, int | float | str) else str(value)


def _scaled(values: Reals, low: float, high: float, log: bool) -> Reals:
    if high <= low:
        return np.zeros_like(values)
    return np.asarray(np.log(values / low) / np.log(high / low) if log else (values - low) / (high - low))


def point_of(keys: Sequence[Key], point: Mapping[str, Any]) -> Reals:
    """
    A point as positions.

    Raises
    ------
    InputError
        A key that the study did not vary, one that is missing, or a value outside of its range.
    """
    names = [key.name for key in keys]
    for name in point:
        if name not in names:
            guess = nearest(name, names)
            raise InputError(f"'{name}' was not varied by the study. Allowed: {', '.join(names)}." + (f" Did you mean '{guess}'?" if guess else ""))
    if missing := [name for name in names if name not in point]:
        raise InputError(f"a value is missing for {', '.join(missing)}; allowed: one for each key that the study varied")
    return np.array([key.place(point[key.name]) for key in keys])
