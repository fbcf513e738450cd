"""What a key does to the outcome, straight from the table: ends of each key for a tornado, two keys at a time for a heat map."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t as student

from simulation.measures.intervals import INTERVAL
from simulation.studies.sensitivity.table import Key, Reals, StudyTable
from simulation.studies.sensitivity.variance import mean_squares

PARTS = 5
"""Parts into which a range of numbers is cut."""
FEWEST = 2
"""Points without which a mean has no interval."""
SEED, RESAMPLES = 2016, 400


class Effect(NamedTuple):
    """
    The outcome at both ends of a key, the others as they come.

    Attributes
    ----------
    low_at, high_at : what the ends are, in words
    low, high : mean outcome there
    change : high less low, with its interval; NaN where the points are too few for one
    """

    key: str
    role: str
    low_at: str
    high_at: str
    low: float
    high: float
    change: float
    change_low: float
    change_high: float


def effects(table: StudyTable) -> list[Effect]:
    """One effect a key, largest first: lowest against highest fifth of the points, or value by value in a design of one at a time."""
    found = [_one_at_a_time(table, number) if table.method == "one_at_a_time" else _ends(table, number) for number in range(len(table.keys))]
    return sorted((effect for effect in found if effect is not None), key=lambda effect: -abs(effect.change))


def parts_of(table: StudyTable, number: int) -> tuple[NDArray[np.int64], list[str]]:
    """Of a key: the part of each point, and what each part is. Few values are parts themselves; else parts hold equally many points, at most five."""
    key, column = table.keys[number], table.places[:, number]
    values = np.unique(column)
    if len(values) <= PARTS or key.words:
        return np.searchsorted(values, column), [said(key.at(value)) for value in values]
    ends = np.unique(np.quantile(column, np.linspace(0, 1, PARTS + 1)))
    part = np.clip(np.searchsorted(ends, column, side="right") - 1, 0, len(ends) - 2)
    names = []
    for each in range(len(ends) - 1):
        inside = column[part == each]
        first, last = (said(key.at(float(end)), 2) for end in ((inside.min(), inside.max()) if len(inside) else (ends[each], ends[each + 1])))
        names.append(first if first == last else f"{first}–{last}")
    return part, names


def said(value: object, digits: int = 3) -> str:
    """A value of a key as one writes it, with so many digits at most."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{float(f'{value:.{digits}g}'):,.10g}"
    return str(value)


def _ends(table: StudyTable, number: int) -> Effect | None:
    part, names = parts_of(table, number)
    means, last = table.means, len(names) - 1
    low, high = means[part == 0], means[part == last]
    if last < 1 or not len(low) or not len(high):
        return None
    change = float(high.mean() - low.mean())
    first, second = _change_interval(means, part == 0, part == last, table.block, change)
    key = table.keys[number]
    return Effect(key.name, key.role, names[0], names[last], float(low.mean()), float(high.mean()), change, first, second)


def _change_interval(means: Reals, low: NDArray[np.bool_], high: NDArray[np.bool_], block: NDArray[np.int64], change: float) -> tuple[float, float]:
    """Blocks of points drawn again: those of a path or of a Sobol set belong together."""
    numbers, place = np.unique(block, return_inverse=True)
    if min(low.sum(), high.sum()) < FEWEST or len(numbers) < 3:
        return (np.nan, np.nan)
    weights = np.random.default_rng(SEED).multinomial(len(numbers), np.full(len(numbers), 1 / len(numbers)), RESAMPLES)[:, place].astype(np.float64)
    with np.errstate(invalid="ignore"):
        drawn = weights @ (means * high) / (weights @ high) - weights @ (means * low) / (weights @ low)
    half = student.ppf((1 + INTERVAL) / 2, min(int(low.sum()), int(high.sum()), len(numbers)) - 1) * np.nanstd(drawn, ddof=1)
    return (change - half, change + half)


def _one_at_a_time(table: StudyTable, number: int) -> Effect | None:
    """The key's lowest and highest value with the others as in the scenario; the interval is over replications, paired by common luck."""
    others = np.delete(table.places, number, axis=1)
    base = np.flatnonzero(table.points == 0)
    if not len(base):
        return None
    mine = np.flatnonzero((others == others[base[0]]).all(axis=1))
    column = table.places[mine, number]
    low, high = mine[np.argmin(column)], mine[np.argmax(column)]
    if low == high:
        return None
    pairs = table.values[high] - table.values[low]
    half = float(student.ppf((1 + INTERVAL) / 2, len(pairs) - 1) * pairs.std(ddof=1) / np.sqrt(len(pairs))) if len(pairs) > 1 else np.nan
    key, change = table.keys[number], float(pairs.mean())
    return Effect(key.name, key.role, said(key.at(float(column.min()))), said(key.at(float(column.max()))), float(table.means[low]), float(table.means[high]), change,
                  change - half, change + half)


def heat(table: StudyTable, across: int, up: int) -> pd.DataFrame:
    """
    Mean outcome over two keys.

    Returns
    -------
    one row for each pair of parts: `across`, `up` (their numbers), `across_at`, `up_at` (in words), `points`, `mean`, and `half`, half the width of
    the interval of the mean; empty cells have no mean, cells of one point no interval. Luck common to all points is part of the interval
    where there are several replications.
    """
    (column, columns), (row, rows) = parts_of(table, across), parts_of(table, up)
    common, found = luck_of_mean(table), []
    for each in range(len(columns)):
        for other in range(len(rows)):
            inside = table.means[(column == each) & (row == other)]
            spread = inside.var(ddof=1) / len(inside) if len(inside) >= FEWEST else np.nan
            if table.method == "grid" and len(inside) == 1:
                spread = own_luck_of_mean(table)
            half = student.ppf((1 + INTERVAL) / 2, max(len(inside), FEWEST) - 1) * np.sqrt(spread + common)
            found.append((each, other, columns[each], rows[other], len(inside), inside.mean() if len(inside) else np.nan, half))
    return pd.DataFrame(found, columns=["across", "up", "across_at", "up_at", "points", "mean", "half"])


def luck_of_mean(table: StudyTable) -> float:
    """Variance that luck common to all points leaves in any mean of the table; 0 where one replication cannot tell."""
    points, replications = table.values.shape
    if points < 2 or replications < 2:
        return 0.0
    _, common, rest = mean_squares(table.values)
    return float(max(common - rest, 0.0) / points / replications)


def own_luck_of_mean(table: StudyTable) -> float:
    """Variance that a point's own luck leaves in its mean; NaN where one replication cannot tell."""
    points, replications = table.values.shape
    return float(mean_squares(table.values)[2] / replications) if points > 1 and replications > 1 else float("nan")


def two_keys(ranked: list[Effect], keys: tuple[Key, ...]) -> tuple[int, int] | None:
    """The two keys that do most, for a heat map: the first across; None where there are fewer."""
    names = [key.name for key in keys]
    return (names.index(ranked[0].key), names.index(ranked[1].key)) if len(ranked) > 1 else None
