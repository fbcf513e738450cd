"""Which places for an ad are bought, and which count? Elementwise rules. Model description: submodel *Advertising*.

A person's opportunities are a Poisson process in the person's ad activity. Each has a day and a time of that day; the
day's money buys the prefix in time order, so more money only adds impressions.
"""

from __future__ import annotations

from typing import Any


def opportunity_rate(per_day: Any, activity: Any) -> Any:
    """Expected ad opportunities of a person in a day."""
    return per_day * activity


def served_per_day(money_per_day: Any, cpm: Any) -> Any:
    """Impressions that a day's money buys at a flat price per thousand."""
    return money_per_day / cpm * 1000.0


def counts(uniform: Any, viewable_fraction: Any, invalid_fraction: Any) -> Any:
    """Whether a served impression is seen by a human."""
    return uniform < viewable_fraction * (1.0 - invalid_fraction)


def media_budget(total: Any, creative: Any, fee_fraction: Any) -> Any:
    """Media money left of a total after the ads are made and the agency is paid; never negative."""
    return (total - creative) / (1.0 + fee_fraction) * (total > creative)
