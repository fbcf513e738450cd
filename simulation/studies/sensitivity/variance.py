"""
Where the variance of an outcome comes from: levers, uncertainties, and luck, by the law of total variance.

Replications of the same number share their luck on all points, so the table of a study is crossed, not nested:
`y = mean + point + luck + point x luck`. Mean squares of the two-way table give unbiased estimates (Searle, Casella and
McCulloch 1992, Variance Components, ch. 4). The variance within points alone would miss that common luck cancels between points.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.measures.intervals import INTERVAL
from simulation.studies.sensitivity.table import Reals, StudyTable

DRAWS = 1_000
"""Draws of each variance, for intervals."""
SEED = 2016


class Part(NamedTuple):
    """A part of the variance, as a fraction of all of it."""

    source: str
    variance: float
    part: float
    low: float
    high: float


class Crossed(NamedTuple):
    """Unbiased variances of a crossed table: by row (point), by column (luck common to all points), and of what is left (luck of a point)."""

    rows: float
    columns: float
    rest: float


class Explained(NamedTuple):
    """Variance of the points that each group explains, with draws for intervals; `rest` is what nothing explains."""

    levers: Reals
    uncertainties: Reals
    together: Reals
    rest: Reals


def crossed(values: Reals, whole: bool = False) -> Crossed:
    """
    Unbiased variance components of a two-way table with one value a cell.

    Parameters
    ----------
    values : points in rows, replications in columns, at least two of each
    whole : rows are all that there are (a grid), not a sample of them
    """
    rows, columns = values.shape
    by_row, by_column, rest = mean_squares(values)
    if whole:
        return Crossed((rows - 1) / rows * (by_row - rest) / columns, by_column / rows, (rows - 1) / rows * rest)
    return Crossed((by_row - rest) / columns, (by_column - rest) / rows, rest)


def mean_squares(values: Reals) -> tuple[float, float, float]:
    """Mean squares of rows, of columns, and of the rest."""
    rows, columns = values.shape
    centred = values - values.mean()
    row, column = centred.mean(axis=1), centred.mean(axis=0)
    left = centred - row[:, None] - column[None, :]
    return (float(columns * (row**2).sum() / (rows - 1)), float(rows * (column**2).sum() / (columns - 1)), float((left**2).sum() / ((rows - 1) * (columns - 1))))


def luck_draws(values: Reals, whole: bool, rng: np.random.Generator) -> tuple[Reals, Reals, Reals]:
    """
    Draws of the three variances around their estimates: generalised confidence intervals (Weerahandi 1993, doi:10.1080/01621459.1993.10476355).

    Luck is taken as normal. Rows are not: a sample of points is drawn again; where the rows are all that there are, only their luck is.
    """
    rows, columns = values.shape
    by_row, by_column, rest = mean_squares(values)
    free = (rows - 1) * (columns - 1)
    rests = rest * free / rng.chisquare(free, DRAWS)
    own = by_column * (columns - 1) / rng.chisquare(columns - 1, DRAWS)
    means = values.mean(axis=1)
    if whole:
        estimate = max((by_row - rest) / columns, 0.0) * (rows - 1) / rows
        noise = rest / columns
        points = estimate + rng.standard_normal(DRAWS) * np.sqrt(4 * estimate * noise / rows + 2 * noise**2 / rows)
        return np.maximum(points, 0), own / rows, (rows - 1) / rows * rests
    again = _drawn_again(means, rng) * rows / (rows - 1)
    return np.maximum(again - rests / columns, 0), np.maximum(own - rests, 0) / rows, rests


def _drawn_again(values: Reals, rng: np.random.Generator) -> Reals:
    """Variances of the values, drawn again with replacement."""
    return np.array([values[rng.integers(0, len(values), len(values))].var(ddof=1) for _ in range(DRAWS)])


def split(table: StudyTable, explained: Explained | None) -> list[Part]:
    """
    Variance over points and luck, by source; fractions add up to one before rounding.

    Parameters
    ----------
    explained : what levers and uncertainties explain of the points; None where only one of the two was varied, or nobody can say

    Returns
    -------
    sources in order: levers, uncertainties, both together, points (what of the points nothing explains), luck. Empty where points do not stand for all
    that could be, or there are too few. With one replication luck cannot be told apart and is part of `points`.
    """
    chosen = table.values[table.independent]
    if not table.samples or len(chosen) < 3:
        return []
    rng, whole = np.random.default_rng(SEED), table.method == "grid"
    if chosen.shape[1] > 1:
        found = crossed(chosen, whole)
        estimates, draws = (found.rows, found.columns + found.rest), luck_draws(chosen, whole, rng)
        luck = draws[1] + draws[2]
    else:
        again = _drawn_again(chosen[:, 0], rng)
        estimates, draws = (float(chosen.var(ddof=0 if whole else 1)), 0.0), (again, again * 0, again * 0)
        luck = draws[1]
    return _parts(estimates, draws[0], luck, _groups(table, explained), chosen.shape[1] > 1)


def _groups(table: StudyTable, explained: Explained | None) -> dict[str, Reals]:
    """Of the variance of points, the part that each source explains: the estimate first, then draws."""
    roles = {key.role for key in table.keys}
    if len(roles) == 1:
        return {"levers" if "lever" in roles else "uncertainties": np.ones(DRAWS + 1)}
    if explained is None:
        return {"points": np.ones(DRAWS + 1)}
    total = np.maximum(sum(explained), 1e-300)
    return {"levers": explained.levers / total, "uncertainties": explained.uncertainties / total, "both together": explained.together / total, "points": explained.rest / total}


def _parts(estimates: tuple[float, float], points: Reals, luck: Reals, groups: dict[str, Reals], several: bool) -> list[Part]:
    total = sum(estimates)
    if total <= 0:
        return []
    whole = np.maximum(points + luck, 1e-300)
    ends = ((1 - INTERVAL) / 2, (1 + INTERVAL) / 2)
    rows = [(name, estimates[0] * fraction[0], points * fraction[1:] / whole) for name, fraction in groups.items()]
    if several:
        rows.append(("luck", estimates[1], luck / whole))
    return [Part(name, float(variance), float(variance / total), *(float(end) for end in np.quantile(draws, ends))) for name, variance, draws in rows]


def explained_by_crossing(table: StudyTable) -> Explained | None:
    """
    What levers and uncertainties explain, where each set of levers was played with each set of uncertainties (a grid); None elsewhere.

    Exact: means over rows and columns of that crossing, less what luck adds to them.
    """
    groups = [[number for number, key in enumerate(table.keys) if key.role == role] for role in ("lever", "uncertainty")]
    if not all(groups):
        return None
    (first, row), (second, column) = (np.unique(table.places[:, group], axis=0, return_inverse=True) for group in groups)
    if len(first) * len(second) != len(table.points) or min(len(first), len(second)) < 2 or len(np.unique(row * len(second) + column)) != len(table.points):
        return None
    noise = mean_squares(table.values)[2] / table.values.shape[1] if table.values.shape[1] > 1 else 0.0
    grid = np.empty((len(first), len(second), table.values.shape[1]))
    grid[row, column] = table.values
    rng = np.random.default_rng(SEED)
    estimates = _grid_parts(grid.mean(axis=2), noise)
    jitter = grid.mean(axis=2)[None] + rng.standard_normal((DRAWS, len(first), len(second))) * np.sqrt(noise) if len(table.points) <= 2_500 else None
    draws = [_grid_parts(each, 2 * noise) for each in jitter] if jitter is not None and noise > 0 else [estimates] * DRAWS
    columns = np.maximum(np.array([estimates, *draws]), 0.0).T
    return Explained(columns[0], columns[1], columns[2], np.zeros(DRAWS + 1))


def _grid_parts(means: Reals, noise: float) -> tuple[float, float, float]:
    rows, columns = means.shape
    centred = means - means.mean()
    row, column = centred.mean(axis=1), centred.mean(axis=0)
    left = centred - row[:, None] - column[None, :]
    each = noise / means.size
    return (float((row**2).mean() - each * (rows - 1)), float((column**2).mean() - each * (columns - 1)), float((left**2).mean() - each * (rows - 1) * (columns - 1)))


def explained_by_errors(means: Reals, errors: dict[str, Reals], noise: float, block: NDArray[np.int64]) -> Explained:
    """
    What levers and uncertainties explain, from held-out errors of what one group, or both, predict.

    What a group adds to the other's prediction lowers the mean squared held-out error by at most what the group explains, in expectation, where the keys vary
    independently: nothing is claimed that was not predicted (after Williamson, Gilbert, Carone and Simon 2021, doi:10.1111/biom.13392). What the two add
    to each other is theirs together; what nothing predicts is `rest`.

    Parameters
    ----------
    means : outcome by point
    errors : held-out errors by point, of what `lever`, `uncertainty` and `all` keys predict
    noise : variance that luck leaves in a mean
    block : points that belong together are drawn together
    """
    rng = np.random.default_rng(SEED)
    numbers, place = np.unique(block, return_inverse=True)
    weights = np.vstack([np.ones(len(means)), rng.multinomial(len(numbers), np.full(len(numbers), 1 / len(numbers)), DRAWS)[:, place]])
    weights = weights / weights.sum(axis=1, keepdims=True)

    def variance(values: Reals) -> Reals:
        return np.asarray(weights @ values**2 - (weights @ values) ** 2)

    added = weights @ (errors["lever"] + errors["uncertainty"] - (means - means.mean())) ** 2
    left = weights @ errors["all"] ** 2
    levers, uncertainties = (np.clip(variance(errors[other]) - added, 0.0, variance(means)) for other in ("uncertainty", "lever"))
    return Explained(levers, uncertainties, np.maximum(added - left, 0.0), np.maximum(left - noise, 0.0))
