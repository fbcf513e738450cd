"""What is thought of every uncertain parameter before the surveys are heard: a prior, its evidence or the reason of an assumption.

Keys are scenario keys; those that begin with `survey.` or `logs.` belong to the survey twin and to the logs, and no forecast uses them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, ndtr, ndtri

from simulation.errors import InputError
from simulation.inputs.evidence import Evidence
from simulation.inputs.parameters import Scenario

Reals = NDArray[np.float64]


class Prior(NamedTuple):
    """One parameter before the surveys are heard."""

    key: str
    shape: str
    """In words, with its numbers."""
    quantile: Callable[[Reals], Reals]
    """Value at each probability, 0 to 1."""
    evidence: tuple[str, ...] = ()
    assumed: str = ""
    asked: bool = True
    """Whether an answer that is fitted depends on it; the others keep their prior."""


def uniform(low: float, high: float) -> tuple[str, Callable[[Reals], Reals]]:
    """Every value between two numbers alike."""
    return f"uniform, {low:.3g} to {high:.3g}", lambda chance: low + (high - low) * chance


def log_uniform(low: float, high: float) -> tuple[str, Callable[[Reals], Reals]]:
    """Every order of magnitude between two numbers alike."""
    return f"log-uniform, {low:.3g} to {high:.3g}", lambda chance: low * (high / low) ** chance


def lognormal(median: float, log_sd: float, low: float = 0.0, high: float = np.inf) -> tuple[str, Callable[[Reals], Reals]]:
    """Lognormal, cut off at the bounds."""
    with np.errstate(divide="ignore"):
        below, above = ndtr((np.log([low, high]) - np.log(median)) / log_sd)
    cut = "" if low == 0 and high == np.inf else f", {low:.3g} to {high:.3g}"
    return f"lognormal, median {median:.3g}, sd of log {log_sd:g}{cut}", lambda chance: median * np.exp(log_sd * ndtri(below + (above - below) * chance))


def beta(first: float, second: float) -> tuple[str, Callable[[Reals], Reals]]:
    """Beta distribution."""
    return f"beta({first:g}, {second:g})", lambda chance: betaincinv(first, second, chance)


HONESTY = {"liked": True, "posted": True, "shared": False, "often": False, "unprompted": False}
"""Questions that people answer about themselves, and whether their answers are fitted."""


def priors(evidence: Evidence) -> list[Prior]:
    """
    All priors, in a fixed order.

    Raises
    ------
    InputError
        A figure that a prior rests on has no value, or bounds out of order.
    """
    def value(key: str) -> float:
        return _positive(evidence, key, "value")

    def bounds(key: str) -> tuple[float, float]:
        low, high = _positive(evidence, key, "low"), _positive(evidence, key, "high")
        if low >= high:
            raise InputError(f"evidence [{key}]: given low {low:g} and high {high:g}; allowed: low below high, a prior rests on them")
        return low, high

    on_twitter = [bound / _default("platforms.twitter.active_fraction") for bound in bounds("union-metrics-actual-to-potential")]
    likes, reposts = "linkedin-member-export-2024-likes-per-impression", "linkedin-member-export-2024-reposts-per-impression"
    page_likes, page_shares = "uci-facebook-2014-likes-per-reach", "uci-facebook-2014-shares-per-reach"
    return [
        Prior("behaviour.monthly_sharers_fraction", *log_uniform(0.003, 0.1), assumed="from one in 300 to one in ten; the surveys decide"),
        Prior("behaviour.posting_shape", *log_uniform(0.2, 5.0), assumed="from a handful who post nearly everything to nearly all alike"),
        Prior("survey.window_months", *log_uniform(1.0, 36.0), assumed="a month to three years; no survey says how far back people think"),
        *(Prior(f"survey.recall.{name}", *beta(8, 2), assumed="four in five who did say so", asked=fitted) for name, fitted in HONESTY.items()),
        *(Prior(f"survey.claim.{name}", *beta(1, 19), assumed="one in twenty who did not says so", asked=fitted) for name, fitted in HONESTY.items()),
        Prior("survey.often_months", *log_uniform(1.0, 12.0), assumed="somebody who posts once in so many months posts from time to time", asked=False),
        Prior("platforms.linkedin.visibility_fraction", *uniform(*bounds("linkedin-personal-post-visibility")), evidence=("linkedin-personal-post-visibility",)),
        Prior("platforms.facebook.visibility_fraction", *uniform(*bounds("bernstein-2013-post-audience")), evidence=("bernstein-2013-post-audience",)),
        Prior("platforms.twitter.visibility_fraction", *log_uniform(*on_twitter), evidence=("union-metrics-actual-to-potential",),
              assumed="a vendor's range per follower, divided by the active fraction"),
        Prior("platforms.linkedin.out_of_network", *log_uniform(0.5, 10.0), evidence=("linkedin-member-export-2024-viewers",),
              assumed="one member's export bounds it from no side"),
        Prior("platforms.facebook.out_of_network", *lognormal(value("uci-facebook-2014-out-of-network"), 0.4), evidence=("uci-facebook-2014-out-of-network",),
              assumed="one page, taken for people; the spread is assumed"),
        Prior("platforms.twitter.out_of_network", *lognormal(_default("platforms.twitter.out_of_network"), 0.6), assumed="no figure; median and spread assumed"),
        Prior("logs.linkedin.likes_per_impression", *lognormal(value(likes), 0.4, *bounds(likes)), evidence=(likes,),
              assumed="one member's posts; the spread between members is assumed"),
        Prior("platforms.facebook.like_rate", *lognormal(value(page_likes), 0.4, *bounds(page_likes)), evidence=(page_likes,),
              assumed="one page's posts; the spread between pages is assumed"),
        Prior("platforms.twitter.like_rate", *lognormal(0.3 * value("salesforce-2015-twitter-engagement"), 0.6), evidence=("salesforce-2015-twitter-engagement",),
              assumed="a third of all engagement with promoted tweets, within a factor of three"),
        Prior("behaviour.source_multiplier", *lognormal(value("linkedin-2016-employee-ctr-ratio"), 0.4, *bounds("personal-source-advantage")),
              evidence=("linkedin-2016-employee-ctr-ratio", "personal-source-advantage"), assumed="the spread between the bounds is assumed"),
        Prior("logs.linkedin.reposts_per_impression", *lognormal(value(reposts), 0.5, *bounds(reposts)), evidence=(reposts,), assumed="18 reposts in all", asked=False),
        Prior("platforms.facebook.reshare_rate", *lognormal(value(page_shares), 0.25, *bounds(page_shares)), evidence=(page_shares,), asked=False),
        Prior("platforms.twitter.reshare_rate", *lognormal(_default("platforms.twitter.reshare_rate"), 0.7),
              assumed="between LinkedIn and Facebook logs, within a factor of four", asked=False),
        Prior("behaviour.connected_fraction", *beta(2, 2), evidence=("altimeter-2016-more-connected-and-enthusiastic",), assumed="ranked first among feelings, no percentage"),
        Prior("behaviour.offered_share_probability", *log_uniform(0.02, 0.125), evidence=("fourspot-2025-weak-programme", "fourspot-2025-thriving-programme"),
              assumed="an opinion without data, within a factor of two and a half", asked=False),
        Prior("behaviour.activity_correlation", *uniform(0.0, 1.0), assumed="overlap must be found, not assumed", asked=False),
        Prior("platforms.linkedin.half_life_hours", *uniform(6.0, 24.0), evidence=("linkedin-member-export-2024-day-zero", "graffius-2018-linkedin-half-life"), asked=False),
        Prior("market.contacts_in_market_fraction", *lognormal(_default("market.contacts_in_market_fraction"), 0.5, 0.05, 0.9),
              assumed="a fact of the firm that nobody publishes", asked=False),
    ]


def scenario_values(values: dict[str, Any]) -> dict[str, Any]:
    """The part of some parameters that forecasts use, by scenario key; rates of people in the logs become rates of a page by the source multiplier."""
    drawn = {key: value for key, value in values.items() if not key.startswith(("survey.", "logs."))}
    per_page = _default("platforms.linkedin.repeats") / values["behaviour.source_multiplier"]
    for log, key in (("logs.linkedin.likes_per_impression", "like_rate"), ("logs.linkedin.reposts_per_impression", "reshare_rate")):
        drawn[f"platforms.linkedin.{key}"] = values[log] * per_page
    return drawn


def _default(key: str) -> float:
    """The default of a scenario key."""
    found: Any = Scenario()
    for part in key.split("."):
        found = getattr(found, part)
    return float(found)


def _positive(evidence: Evidence, key: str, what: str) -> float:
    """A number of a figure on which a prior rests."""
    found = getattr(evidence[key], what)
    if found is None or not 0 < found < np.inf:
        raise InputError(f"evidence [{key}]: given {what} {'missing' if found is None else format(found, 'g')}; allowed: a number above 0, a prior rests on it")
    return float(found)
