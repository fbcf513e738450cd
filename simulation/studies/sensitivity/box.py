"""
Scenario discovery: a box of values inside which the outcome is most often of interest.

The box is peeled by PRIM (Friedman and Fisher 1999, doi:10.1023/A:1008894516817; Bryant and Lempert 2010, doi:10.1016/j.techfore.2009.08.002) as the EMA
workbench has it. It is chosen on two thirds of the points; what is said of it is measured on the others, since a box that was searched for always looks good
on the points that it was searched on.
"""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import beta

from simulation.errors import InputError
from simulation.measures.intervals import INTERVAL
from simulation.studies.sensitivity.effects import said
from simulation.studies.sensitivity.table import LEAD, Key, StudyTable

FEWEST = 60
CASES = 10
"""Points of interest, and others, that there must be at least."""
MOST_LIMITS = 3
"""Keys that a box may limit, so that one can say it in a sentence."""
CHANCE = 0.05
"""A limit that does no better than this chance is left out (the quasi p-value of Bryant and Lempert)."""
SEED = 2016


class Limit(NamedTuple):
    """What a box asks of a key: from, to (positions and words), or a choice of words."""

    key: str
    role: str
    low: float
    high: float
    said: str


class Box(NamedTuple):
    """
    A box, as measured on points that it was not chosen on.

    Attributes
    ----------
    above : the outcome is of interest above this
    cases : part of all points that are of interest
    density, density_low, density_high : part of the points inside that are of interest
    coverage : part of the points of interest that lie inside
    points : points on which this was measured; `inside` of them lie in the box
    """

    above: float
    cases: float
    limits: list[Limit]
    density: float
    density_low: float
    density_high: float
    coverage: float
    inside: int
    points: int


def threshold_of(table: StudyTable, above: float | None) -> float:
    """Above what an outcome is of interest: as asked; zero for the programme's lead, if it is on both sides of it; else the best quarter."""
    if above is not None:
        return above
    winning = float((table.means > 0).mean())
    return 0.0 if table.outcome == LEAD and 0.05 <= winning <= 0.95 else float(np.quantile(table.means, 0.75))


def box(table: StudyTable, above: float | None = None) -> Box:
    """
    The box that does best.

    Raises
    ------
    InputError
        Too few points, nearly all or nearly none of interest, no box better than all points together, or the EMA workbench is not installed.
    """
    threshold = threshold_of(table, above)
    interest = table.means > threshold
    if len(table.points) < FEWEST:
        raise InputError(f"{len(table.points)} points are too few for a box; allowed: at least {FEWEST}")
    if min(interest.sum(), (~interest).sum()) < CASES:
        raise InputError(f"{interest.sum()} of {len(interest)} points lie above {said(threshold)}, so no box is told apart; give --above another value")
    numbers, place = np.unique(table.block, return_inverse=True)
    tried = (np.random.default_rng(SEED).permutation(len(numbers)) % 3 > 0)[place]
    limits = _peeled(table, interest, tried)
    inside = _inside(table, limits)[~tried]
    hits, count = int((interest[~tried] & inside).sum()), int(inside.sum())
    cases, low, high = float(interest.mean()), *_interval(hits, count)
    return Box(threshold, cases, limits, hits / count if count else math.nan, low, high, hits / max(int(interest[~tried].sum()), 1), count, int((~tried).sum()))


def _peeled(table: StudyTable, interest: NDArray[np.bool_], tried: NDArray[np.bool_]) -> list[Limit]:
    """Peel on some of the points; of the boxes on the way take the one of the largest harmonic mean of density and coverage, limits due to chance left out."""
    Prim = _prim()  # noqa: N806
    frame = pd.DataFrame({f"x{number}": _column(key, table.places[tried, number]) for number, key in enumerate(table.keys)})
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        found = Prim(frame, interest[tried].astype(float), mass_min=0.05).find_box()
    if found is None:
        raise InputError("no box does better than all points together")
    best, chosen, cases = 0.0, None, interest[tried]
    for ends, chances in zip(found.box_lims, found.p_values, strict=True):
        names = [f"x{number}" for number in range(len(table.keys))]
        limits = [limit for name, key in zip(names, table.keys, strict=True)
                  if (limit := _limit(key, found.box_lims[0][name].tolist(), ends[name].tolist(), chances.get(name, ())))]
        inside = _inside(table, limits)[tried]
        worth = 2 * (cases & inside).sum() / (cases.sum() + inside.sum())
        if 1 <= len(limits) <= MOST_LIMITS and worth > best:
            best, chosen = worth, limits
    if chosen is None or best <= 2 * cases.sum() / (cases.sum() + len(cases)):
        raise InputError("no box does better than all points together")
    return chosen


def _column(key: Key, places: NDArray[np.float64]) -> Any:
    return pd.Categorical([str(key.at(float(place))) for place in places]) if key.words else places


def _limit(key: Key, all_of: list[Any], ends: list[Any], chances: Sequence[float]) -> Limit | None:
    """What the box asks of a key; a limit that chance would draw as well in one of twenty boxes is left out."""
    if key.words:
        kept, everything = set(ends[0]), set(all_of[0])
        if kept == everything or not chances or chances[0] > CHANCE:
            return None
        levels = [level for level in key.levels or () if str(level) in kept]
        return Limit(key.name, key.role, key.place(levels[0]), key.place(levels[-1]), " or ".join(map(str, levels)))
    low, high = float(ends[0]), float(ends[1])
    below, beyond = (end != float(whole) and 0 <= chance <= CHANCE for end, whole, chance in zip(ends, all_of, chances, strict=True)) if chances else (False, False)
    if not below and not beyond:
        return None
    if key.levels is not None:
        steps = [key.place(level) for level in key.levels]
        low, high = min(step for step in steps if step >= low - 1e-9), max(step for step in steps if step <= high + 1e-9)
    words = f"{said(key.at(low), 2)} to {said(key.at(high), 2)}" if below and beyond else f"≥ {said(key.at(low), 2)}" if below else f"≤ {said(key.at(high), 2)}"
    return Limit(key.name, key.role, low if below else 0.0, high if beyond else 1.0, words)


def _inside(table: StudyTable, limits: list[Limit]) -> NDArray[np.bool_]:
    found = np.ones(len(table.points), dtype=bool)
    names = [key.name for key in table.keys]
    for limit in limits:
        number = names.index(limit.key)
        key, column = table.keys[number], table.places[:, number]
        if key.words:
            found &= np.isin([str(key.at(float(place))) for place in column], limit.said.split(" or "))
        else:
            found &= (column >= limit.low - 1e-12) & (column <= limit.high + 1e-12)
    return found


def _interval(hits: int, count: int) -> tuple[float, float]:
    """Clopper and Pearson's interval of a fraction."""
    tail = (1 - INTERVAL) / 2
    return (float(beta.ppf(tail, hits, count - hits + 1)) if hits else 0.0, float(beta.ppf(1 - tail, hits + 1, count - hits)) if hits < count else 1.0)


def _prim() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from ema_workbench.analysis.prim import Prim
    except ImportError:
        raise InputError("a box needs the EMA workbench, which is not installed; install the extra: pip install 'advocacy-reach[analysis]'") from None
    logging.getLogger("EMA").setLevel(logging.ERROR)
    return Prim
