"""Does a post appear in somebody's feed, and when? Elementwise rules. Model description: submodel *Exposure*.

Deliveries of a share to a follower are a Poisson process whose intensity fades with the platform's half-life. The clock of
the first delivery is an exponential number drawn once: the follower is reached if it lies below the intensity, and the
same number says when. Raising an intensity therefore only adds deliveries and only makes them earlier.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri


def attention(mean_following: Any, following: Any, exponent: Any) -> Any:
    """How much of a person's attention one contact's post gets: the longer the list, the less (exponent 0: all the same)."""
    return (mean_following / following) ** exponent


def intensity(level: Any, appeal: Any, activity: Any, attention_: Any) -> Any:
    """Expected deliveries of a share to one follower over its whole life."""
    return level * appeal * activity * attention_


def clock(uniform: Any) -> Any:
    """The exponential number (mean 1) of a keyed uniform."""
    return -np.log1p(-uniform)


def delivery_hours(clock_: Any, intensity_: Any, half_life_hours: Any) -> Any:
    """Hours after the share at which a delivery with this clock happens; the clock must lie below the intensity."""
    return -half_life_hours * np.log2(1.0 - clock_ / intensity_)


def showings(uniform: Any, repeats: Any) -> Any:
    """How often a delivery is shown: 1 and a geometric number more, `repeats` on average."""
    again = 1.0 - 1.0 / np.maximum(repeats, 1.0 + 1e-12)
    return 1 + np.floor(np.log(uniform) / np.log(again)).astype(np.int64)


def appeal(uniform: Any, log_sd: Any) -> Any:
    """How much more a post is shown than the average post: lognormal with mean 1."""
    return np.exp(log_sd * ndtri(uniform) - 0.5 * log_sd * log_sd)


def seen_fraction(level: float, shape: float, attentions: NDArray[np.float64], weights: NDArray[np.float64], appeals: NDArray[np.float64]) -> float:
    """
    Part of the active followers who are shown an average post at an intensity level.

    Activity (gamma, `shape`) is integrated exactly: 1 - E[(1 + level c / shape)^-shape], the expectation over
    attention (values and weights that add up to 1) and appeal (equally likely values).
    """
    unseen = (1.0 + level * attentions[:, None] * appeals[None, :] / shape) ** -shape
    return 1.0 - float(weights @ unseen.mean(axis=1))


def level_for(visibility: float, shape: float, attentions: NDArray[np.float64], weights: NDArray[np.float64], appeal_log_sd: float) -> float:
    """The intensity level at which an average post is shown to the fraction `visibility` of active followers (0 up to 0.95)."""
    if visibility <= 0:
        return 0.0
    appeals = appeal((np.arange(400) + 0.5) / 400, appeal_log_sd)
    return float(np.exp(brentq(lambda log_level: seen_fraction(float(np.exp(log_level)), shape, attentions, weights, appeals) - visibility, -30.0, 30.0)))
