"""
Sensitivity indices by SALib: those of the design where it is a Sobol or Morris design, and one for any table.

All are of the mean over replications. Luck that is common to all points cancels; luck of single points counts as interaction, in the total index.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import norm

from simulation.inputs.design import Design
from simulation.measures.intervals import INTERVAL
from simulation.studies.sensitivity.table import Reals, StudyTable, one_thread
from simulation.studies.sweep.points import unit_points

SEED = 2016
RESAMPLES = 100
GIVEN_RESAMPLES, SLICES = 40, 10
IDLE = 5
"""Keys made up at random that are analysed along, to see what a key that does nothing would show."""
FEWEST = 40
"""Points below which an index of any table says nothing."""
MOST = 1_000
"""Points beyond which the index of any table takes a sample of them, since its time grows with their number."""


class Index(NamedTuple):
    """An index of a key, with its interval."""

    key: str
    role: str
    name: str
    value: float
    low: float
    high: float


class Indices(NamedTuple):
    """
    Indices of one method.

    Attributes
    ----------
    floor : the largest value that keys made up at random showed, by name of the index; empty where the method needs none
    used : points that were used
    """

    method: str
    indices: list[Index]
    floor: dict[str, float]
    used: int


def indices(table: StudyTable, design: Design) -> list[Indices]:
    """All indices that a table allows: those of its design, then those for any table; none where there are too few points or the outcome is the same everywhere."""
    if np.ptp(table.means) == 0:
        return []
    found = [sobol(table) if table.method == "sobol" else morris(table, design) if table.method == "morris" else None, given_data(table)]
    return [each for each in found if each is not None]


def sobol(table: StudyTable) -> Indices | None:
    """First-order and total Sobol indices (Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018); sets of points in which a run failed are left out as a whole."""
    whole = _whole_blocks(table, len(table.keys) + 2)
    if np.unique(table.block[whole]).size < 2 or np.ptp(table.means[whole]) == 0:
        return None
    from SALib.analyze import sobol as method

    with _quiet():
        found = method.analyze(_problem(table), table.means[whole], calc_second_order=False, num_resamples=RESAMPLES, conf_level=INTERVAL, seed=SEED)
    return Indices("sobol", [*_rows(table, "first order", found["S1"], found["S1_conf"]), *_rows(table, "total", found["ST"], found["ST_conf"])], {}, int(whole.sum()))


def morris(table: StudyTable, design: Design) -> Indices | None:
    """Mean absolute elementary effects, in units of the outcome over the whole range (Campolongo et al. 2007, doi:10.1016/j.envsoft.2006.10.004), and their spread."""
    whole = _whole_blocks(table, len(table.keys) + 1)
    if np.unique(table.block[whole]).size < 2:
        return None
    from SALib.analyze import morris as method

    places = unit_points(design)[table.points[whole]]
    with _quiet():
        found = method.analyze(_problem(table), places, table.means[whole], num_resamples=RESAMPLES, conf_level=INTERVAL, num_levels=design.levels, seed=SEED)
    spread = np.asarray(found["sigma"], dtype=np.float64)
    rows = [*_rows(table, "mean absolute effect", found["mu_star"], found["mu_star_conf"]), *_rows(table, "spread of effects", spread, np.full(len(spread), np.nan))]
    return Indices("morris", rows, {}, int(whole.sum()))


def given_data(table: StudyTable) -> Indices | None:
    """
    Importance for any table: PAWN, how far knowing the key moves the distribution of the outcome (mean Kolmogorov-Smirnov distance over slices of the key, 0 to 1;
    Pianosi and Wagener 2018, doi:10.1016/j.envsoft.2018.07.019). Intervals by drawing points again.

    Slices are of ranks, ties broken at random: broken by the order of rows, a key of a grid would take over the effect of its neighbour.
    """
    rng = np.random.default_rng(SEED)
    chosen = rng.permutation(len(table.points))[:MOST]
    means, own, count = table.means[chosen], len(table.keys), len(chosen)
    if count < FEWEST or np.ptp(means) == 0:
        return None
    from SALib.analyze import pawn

    places = np.column_stack([table.places[chosen], rng.random((count, IDLE))])
    problem = {"num_vars": own + IDLE, "names": [f"x{number}" for number in range(own + IDLE)], "bounds": [[0.0, 1.0]] * (own + IDLE)}

    def distances(rows: Any) -> Reals:
        ranks = np.column_stack([_ranks(column, rng) for column in places[rows].T])
        return np.asarray(pawn.analyze(problem, ranks, means[rows], S=_slices(count))["mean"], dtype=np.float64)

    with _quiet():
        found = distances(np.arange(count))
        spread = np.std([distances(rng.integers(0, count, count)) for _ in range(GIVEN_RESAMPLES)], axis=0, ddof=1)
    halves = norm.ppf((1 + INTERVAL) / 2) * spread
    return Indices("given data", _rows(table, "importance", found[:own], halves[:own]), {"importance": float(np.max(found[own:]))}, count)


def _slices(count: int) -> int:
    """Ten points a slice, as far as that goes; SALib lays slices out by adding up their width, and some sums (6 or 9 slices) end a hair above 1, which it then refuses."""
    most = min(SLICES, count // 10)
    return next(slices for slices in range(most, 0, -1) if np.arange(0, 1 + 1 / slices, 1 / slices)[-1] <= 1)


def _ranks(column: Reals, rng: np.random.Generator) -> Reals:
    """Ranks between 0 and 1, ties broken at random."""
    order = np.lexsort((rng.random(len(column)), column))
    ranks = np.empty(len(column))
    ranks[order] = np.arange(len(column)) / len(column)
    return ranks


def _rows(table: StudyTable, name: str, values: Any, halves: Any) -> list[Index]:
    pairs = zip(table.keys, np.asarray(values, dtype=np.float64), np.asarray(halves, dtype=np.float64), strict=False)
    return [Index(key.name, key.role, name, float(value), float(value - half), float(value + half)) for key, value, half in pairs]


def _problem(table: StudyTable) -> dict[str, Any]:
    return {"num_vars": len(table.keys), "names": [key.name for key in table.keys], "bounds": [[0.0, 1.0]] * len(table.keys)}


def _whole_blocks(table: StudyTable, size: int) -> Any:
    """Rows whose block is all there."""
    _, place, count = np.unique(table.block, return_inverse=True, return_counts=True)
    return (count == size)[place]


@contextmanager
def _quiet() -> Iterator[None]:
    before, shown = warnings.formatwarning, warnings.showwarning
    with one_thread(), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.showwarning = lambda *details, **more: None
        try:
            yield
        finally:
            warnings.formatwarning, warnings.showwarning = before, shown
