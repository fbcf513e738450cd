"""
What knowing more would be worth: by how much the best decision improves, in money, if something were known before deciding.

Perfect information compares the best decision of each draw with the one that is best on average (EVPI). For one parameter, or what a pilot
would observe, the expected benefit of each decision given it is a regression (Strong, Oakley and Brennan 2014, doi:10.1177/0272989X13505910);
the degree is chosen by leaving out draws one by one, so that few draws do not invent a value.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

Reals = NDArray[np.float64]

DEGREES = (0, 1, 2, 3)


class Known(NamedTuple):
    """
    What knowing a number would be worth.

    Attributes
    ----------
    value : expected gain of deciding with it, 0 or more
    changes : part of the draws in which the decision would be another
    power : of the draws in which another decision is better than the one without knowledge by more than nothing, those in which the decision
        made with it is better as well; None where there is no such draw
    false_alarm : of the other draws, those in which it would lead away; None where there is no such draw
    """

    value: float
    changes: float
    power: float | None
    false_alarm: float | None


def perfect_information(benefits: Reals) -> float:
    """
    Expected gain of knowing everything about a draw before deciding, 0 or more.

    Parameters
    ----------
    benefits : money by decision (rows) and draw (columns)
    """
    return float(benefits.max(axis=0).mean() - benefits.mean(axis=1).max())


def knowing(benefits: Reals, known: Reals) -> Known:
    """
    What it would be worth to know one number of each draw before deciding.

    Parameters
    ----------
    benefits : money by decision (rows) and draw (columns)
    known : the number in each draw; only its order matters
    """
    usual = int(np.argmax(benefits.mean(axis=1)))
    against = benefits - benefits[usual]
    fits = [regressed(row, known) for row in against]
    inside, left_out = (np.stack([fit[part] for fit in fits]) for part in (0, 1))
    value = float(max(inside.max(axis=0).mean() - inside.mean(axis=1).max(), 0.0))
    decided = np.argmax(left_out, axis=0)
    gained = np.take_along_axis(against, decided[None, :], axis=0)[0]
    switch = against.max(axis=0) > 0.0
    return Known(value, float(np.mean(decided != usual)), float(np.mean(gained[switch] > 0.0)) if switch.any() else None,
                 float(np.mean(gained[~switch] < 0.0)) if not switch.all() else None)


def regressed(values: Reals, known: Reals) -> tuple[Reals, Reals]:
    """
    Expected value given a number: a polynomial in its normal scores, of the degree that predicts left-out draws best.

    Returns
    -------
    fitted values, and what each draw is expected to have when fitted without it
    """
    scores = ndtri((rankdata(known) - 0.5) / known.size)
    best: tuple[float, Reals, Reals] | None = None
    for degree in DEGREES:
        if known.size < degree + 3 or (degree and np.ptp(known) == 0):
            continue
        columns, _ = np.linalg.qr(np.vander(scores, degree + 1, increasing=True))
        fitted = columns @ (columns.T @ values)
        leverage = np.minimum((columns**2).sum(axis=1), 1.0 - 1e-9)
        left_out = values - (values - fitted) / (1.0 - leverage)
        error = float(np.mean((values - left_out) ** 2))
        if best is None or error < best[0] * (1.0 - 1.0 / known.size):
            best = error, fitted, left_out
    assert best is not None
    return best[1], best[2]
