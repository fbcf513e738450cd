"""Does a post appear in somebody's feed, and when? Elementwise rules. Model description: submodel *Exposure*.

Deliveries of a share to a follower are a Poisson process whose intensity fades with the platform's half-life. The clock of
the first delivery is an exponential number drawn once: the follower is reached if it lies below the intensity, and the
same number says when. Raising an intensity therefore only adds deliveries and only makes them earlier.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtri

APPEAL_NODES = 48
COARSE = 256


def attention(mean_following: Any, following: Any, exponent: Any) -> Any:
    """How much of a person's attention one contact's post gets: the longer the list, the less (exponent 0: all the same)."""
    return (mean_following / following) ** exponent


def reception(active: Any, activity: Any, attention_: Any) -> Any:
    """How much of the average post one follower is shown: nothing on an unused account, 1 on average on a used one."""
    return active * activity * attention_


def intensity(level: Any, appeal_: Any, reception_: Any) -> Any:
    """Expected deliveries of a share to one follower over its whole life."""
    return level * appeal_ * reception_


def outside_level(out_of_network: Any, likes_per_delivery: Any, audience: Any) -> Any:
    """
    Intensity level at which a like shows the post to the liker's contacts.

    Parameters
    ----------
    out_of_network : deliveries beyond the followers wanted for each delivery to a follower
    likes_per_delivery : of an average post
    audience : mean number of active contacts of those who like
    """
    return out_of_network / (likes_per_delivery * audience)


def clock(uniform: Any) -> Any:
    """The exponential number (mean 1) of a keyed uniform."""
    return -np.log(1.0 - uniform)


def delivery_hours(clock_: Any, intensity_: Any, half_life_hours: Any) -> Any:
    """Hours after the share at which a delivery with this clock happens; the clock must lie below the intensity."""
    return -half_life_hours * np.log2(1.0 - clock_ / intensity_)


def showings(uniform: Any, repeats: Any) -> Any:
    """How often a delivery is shown: 1 and a geometric number more, `repeats` on average."""
    again = 1.0 - 1.0 / np.maximum(repeats, 1.0 + 1e-12)
    return 1 + np.int64(np.floor(np.log(uniform) / np.log(again)))


def appeal(uniform: Any, log_sd: Any) -> Any:
    """How much more a post is shown than the average post: lognormal with mean 1."""
    return np.exp(log_sd * ndtri(uniform) - 0.5 * log_sd * log_sd)


def offspring(rate: Any, audience: Any, seen: Any) -> Any:
    """
    Reshares that one reshare causes, on average.

    Parameters
    ----------
    rate : chance that somebody who sees the reshare passes it on again
    audience : active contacts of those who pass on
    seen : fraction of them who see a post as appealing as what is passed on
    """
    return rate * audience * seen


def miss_chance(exposure: Any, appeal_log_sd: float) -> Any:
    """
    Chance that a post is never delivered to one follower, its appeal unknown: E[exp(-exposure x appeal)].

    Parameters
    ----------
    exposure : level x reception, the deliveries expected of an average post; 0 or more, a number or a column
    appeal_log_sd : of the lognormal appeal (mean 1), integrated by Gauss-Hermite quadrature
    """
    nodes, weights = _normal_nodes()
    appeals = np.exp(appeal_log_sd * nodes - 0.5 * appeal_log_sd**2)
    return np.exp(-np.multiply.outer(exposure, appeals)) @ weights


def once_chance(exposure: Any, appeal_log_sd: float) -> Any:
    """The same, that a post is delivered exactly once: E[exposure x appeal x exp(-exposure x appeal)]."""
    nodes, weights = _normal_nodes()
    deliveries = np.multiply.outer(exposure, np.exp(appeal_log_sd * nodes - 0.5 * appeal_log_sd**2))
    return (deliveries * np.exp(-deliveries)) @ weights


def items_missed(miss: Any, share: Any, items: Any) -> Any:
    """Chance that none of `items` offered posts is delivered, each made with chance `share` and missed with chance `miss`; luck of items is independent."""
    return (1.0 - share * (1.0 - miss)) ** items


def stream_missed(miss: Any, posts: Any) -> Any:
    """The same for a Poisson number of posts, `posts` on average."""
    return np.exp(-posts * (1.0 - miss))


def seen_fraction(level: float, shape: float, attentions: NDArray[np.float64], weights: NDArray[np.float64], appeal_log_sd: float) -> float:
    """
    Part of the active followers who are shown an average post at an intensity level.

    Activity (gamma, `shape`) is integrated exactly: 1 - E[(1 + level c / shape)^-shape], the expectation over
    attention (values and weights that add up to 1) and appeal (lognormal, by Gauss-Hermite quadrature).
    """
    return 1.0 - _mean(lambda c: (1.0 + level * c / shape) ** -shape, attentions, weights, appeal_log_sd)


def once_fraction(level: float, shape: float, attentions: NDArray[np.float64], weights: NDArray[np.float64], appeal_log_sd: float) -> float:
    """Part of the active followers to whom an average post is delivered exactly once: E[level c (1 + level c / shape)^(-shape - 1)]."""
    return _mean(lambda c: level * c * (1.0 + level * c / shape) ** (-shape - 1.0), attentions, weights, appeal_log_sd)


def _mean(value: Callable[[NDArray[np.float64]], NDArray[np.float64]], attentions: NDArray[np.float64], weights: NDArray[np.float64], appeal_log_sd: float) -> float:
    """Expectation of a function of attention times appeal."""
    nodes, node_weights = _normal_nodes()
    appeals = np.exp(appeal_log_sd * nodes - 0.5 * appeal_log_sd**2)
    return float(weights @ value(attentions[:, None] * appeals[None, :]) @ node_weights)


@cache
def _normal_nodes() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes and weights of Gauss-Hermite quadrature for a standard normal."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(APPEAL_NODES)
    return nodes, weights / weights.sum()


def level_for(visibility: float, shape: float, attentions: NDArray[np.float64], weights: NDArray[np.float64], appeal_log_sd: float) -> float:
    """The intensity level at which an average post is shown to the fraction `visibility` of active followers (0 up to 0.95)."""
    if visibility <= 0:
        return 0.0
    return float(np.exp(brentq(lambda log_level: seen_fraction(float(np.exp(log_level)), shape, attentions, weights, appeal_log_sd) - visibility, -60.0, 60.0, xtol=1e-9)))


def coarse(values: NDArray[np.float64], weights: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A distribution on at most `COARSE` values: neighbours on the logarithmic scale merged at their mean."""
    logs = np.log(values)
    span = float(np.ptp(logs))
    place = np.zeros(values.size, dtype=np.int64) if span == 0 else np.minimum(((logs - logs.min()) / span * COARSE).astype(np.int64), COARSE - 1)
    mass = np.bincount(place, weights=weights, minlength=COARSE)
    means = np.bincount(place, weights=weights * values, minlength=COARSE) / np.where(mass > 0, mass, 1.0)
    return means[mass > 0], mass[mass > 0]
