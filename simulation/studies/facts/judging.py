"""The verdict on a fact: does the model agree, does it not, or can nothing be said?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from simulation.measures.intervals import figure

Verdict = Literal["holds", "breaks", "cannot say"]


class Reading(NamedTuple):
    """What the model gives under one setting: mean and interval over replications."""

    mean: float
    low: float
    high: float


class End(NamedTuple):
    """A free setting at one end of its range, or several at once, and what the model gives there."""

    settings: dict[str, float]
    reading: Reading | None


class Judgement(NamedTuple):
    """A verdict, and what it turned on."""

    verdict: Verdict
    side: str
    """Where the interval lies as set: inside, below, above or across; unknown without one."""
    carried_by: tuple[End, ...]
    """Free settings that carry the model to another side."""


def reading(values: Sequence[float | None]) -> Reading | None:
    """
    Mean and interval of replications; None where nothing could be measured.

    Each value may come from a scenario of its own. With one scenario for all, the interval holds luck and society; with
    draws from a posterior it holds parameters as well, and the verdict follows the same rule.
    """
    found: dict[str, Any] | None = figure(values)
    return None if found is None else Reading(**found)


def side(found: Reading, limits: tuple[float, float]) -> str:
    """Where an interval lies against a band: inside, below, above, or across an edge."""
    low, high = limits
    if found.high < low:
        return "below"
    if found.low > high:
        return "above"
    return "inside" if found.low >= low and found.high <= high else "across"


def judge(here: Reading | None, limits: tuple[float, float], ends: Sequence[End] = ()) -> Judgement:
    """
    The verdict: *holds* with the whole interval inside the band, *breaks* with all of it on one side outside, else *cannot say*.

    Where a free setting at either end of its range puts the interval on another side than it has as set, it carries the
    model across an edge of the band, and the verdict is *cannot say* as well.
    """
    if here is None:
        return Judgement("cannot say", "unknown", ())
    own = side(here, limits)
    carried = tuple(end for end in ends if end.reading is not None and side(end.reading, limits) != own)
    if own == "across" or carried:
        return Judgement("cannot say", own, carried)
    return Judgement("holds" if own == "inside" else "breaks", own, ())
