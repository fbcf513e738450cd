"""Which places for an ad are bought, and which count? Elementwise rules. Model description: submodel *Advertising*.

A person's opportunities are a Poisson process in the person's ad activity. Each has a day and a rank from 0 to 1 in it: at a flat
price its time, in an auction the rank of the competing price among all prices. The day's money buys a prefix in the order of
ranks, so more money only adds impressions.

Prices of an auction are log-logistic, as in the bids of a real one (iPinYou campaign 1458); one pays what the next bidder would (second price).
"""

from __future__ import annotations

from typing import Any

from scipy.special import beta, betainc


def opportunity_rate(per_day: Any, activity: Any) -> Any:
    """Expected ad opportunities of a person in a day."""
    return per_day * activity


def served_per_day(money_per_day: Any, cpm: Any) -> Any:
    """Impressions that a day's money buys at a flat price per thousand."""
    return money_per_day / cpm * 1000.0


def competing_price(rank: Any, scale: Any, shape: Any) -> Any:
    """Price per thousand that must be outbid at a rank among all prices (0 up to 1): the quantile of a log-logistic law of median `scale`."""
    return scale * (rank / (1.0 - rank)) ** (1.0 / shape)


def win_fraction(bid: Any, scale: Any, shape: Any) -> Any:
    """Fraction of opportunities won by a bid per thousand; rank of the last one."""
    return bid**shape / (scale**shape + bid**shape)


def price_up_to(rank: Any, scale: Any, shape: Any) -> Any:
    """
    Integral of the competing prices up to a rank (0 up to 1): what all opportunities won cost, per thousand opportunities.

    Parameters
    ----------
    shape : above 1, or prices have no mean
    """
    return scale * betainc(1.0 + 1.0 / shape, 1.0 - 1.0 / shape, rank) * beta(1.0 + 1.0 / shape, 1.0 - 1.0 / shape)


def mean_price(rank: Any, scale: Any, shape: Any) -> Any:
    """Mean price per thousand paid when all opportunities up to a rank (above 0, below 1) are won; `shape` above 1."""
    return price_up_to(rank, scale, shape) / rank


def scale_for(cpm: Any, win: Any, shape: Any) -> Any:
    """Median competing price at which who wins the fraction `win` pays `cpm` per thousand on average."""
    return cpm / mean_price(win, 1.0, shape)


def worn_response(seen_before: Any, after: Any, rate: Any) -> Any:
    """How strongly people answer a new ad who have seen so many of the campaign's ads before: wear-out beyond `after` impressions, exponential."""
    return 2.718281828459045 ** (-rate * (seen_before - after) * (seen_before > after))


def counts(uniform: Any, viewable_fraction: Any, invalid_fraction: Any) -> Any:
    """Whether a served impression is seen by a human."""
    return uniform < viewable_fraction * (1.0 - invalid_fraction)


def media_budget(total: Any, creative: Any, fee_fraction: Any) -> Any:
    """Media money left of a total after the ads are made and the agency is paid; never negative."""
    return (total - creative) / (1.0 + fee_fraction) * (total > creative)
