"""What volume costs in an auction whose competing prices are log-logistic: average and marginal price rise with the share won."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from simulation.behaviour.advertising import competing_price, price_up_to

Reals = NDArray[np.float64]


class PriceCurve(NamedTuple):
    """Competing prices F(b) = 1 / (1 + (b / scale)^-shape); a second price is paid."""

    scale: float
    """Price per thousand at which half of all opportunities are won."""
    shape: float
    """Above 1; large means that all competing prices are alike."""
    opportunities: float
    """Impressions that could be won."""
    error: float = float("nan")
    """Root mean square error of the logarithm of cost."""

    def marginal_cpm(self, impressions: Reals) -> Reals:
        """The bid that wins so many impressions, which is the price of one thousand more."""
        won = np.asarray(impressions, dtype=np.float64) / self.opportunities
        return np.asarray(competing_price(won, self.scale, self.shape))

    def cost(self, impressions: Reals) -> Reals:
        """Money for so many impressions: opportunities times the integral of prices up to the bid."""
        won = np.asarray(impressions, dtype=np.float64) / self.opportunities
        return np.asarray(self.opportunities / 1000.0 * price_up_to(won, self.scale, self.shape))


def fit_price_curve(impressions: Reals, cost: Reals) -> PriceCurve:
    """
    The curve closest to points of a planner, by least squares of the logarithm of cost.

    Raises
    ------
    ValueError
        Fewer than four points with impressions and cost.
    """
    volume, money = np.asarray(impressions, dtype=np.float64), np.asarray(cost, dtype=np.float64)
    used = (volume > 0) & (money > 0)
    volume, money = volume[used], money[used]
    if volume.size < 4:
        raise ValueError(f"a price curve needs four points with impressions and cost; given {volume.size}")

    def curve(logs: Reals) -> PriceCurve:
        scale, above_one, room = np.exp(logs)
        return PriceCurve(float(scale), 1.0 + float(above_one), float(volume.max() * (1.0 + room)))

    def misfit(logs: Reals) -> Reals:
        return np.log(curve(logs).cost(volume)) - np.log(money)

    start = np.log([1000.0 * money.sum() / volume.sum() * 2.0, 0.8, 2.0])
    found = least_squares(misfit, start, bounds=(start - 9.0, start + 9.0))
    return curve(found.x)._replace(error=float(np.sqrt(np.mean(found.fun**2))))
