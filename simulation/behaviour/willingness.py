"""Base rates of sharing by segment, solved so that the whole firm shows the level that surveys and platforms report."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit, gammaincinv

from simulation.errors import InputError
from simulation.inputs.parameters import SEGMENTS, Scenario

Reals = NDArray[np.float64]

OFFERED = {"eager": 1.5, "persuadable": 0.3, "loud_mixed": 1.0, "critical": -1.5, "inert": -3.0}
"""Logit units by which segments take up offered items more or less. Assumed; only the level is solved from evidence."""

ENROLMENT_PULL = {"eager": 1.5, "persuadable": 0.5, "loud_mixed": 0.5, "critical": -1.5, "inert": -1.0}
"""Logit units by which segments sign up more or less readily. Assumed: who volunteers is who likes to post."""

UNPROMPTED = {"eager": 1.0, "persuadable": 0.2, "loud_mixed": 1.2, "critical": 0.3, "inert": 0.02}
"""Relative rates of unprompted sharing. Assumed; only the level is solved from evidence."""

OPINIONATED = frozenset({"loud_mixed", "critical"})
"""Segments whose unprompted shares may criticise the firm."""

MOST_PER_WEEK = 14.0
"""Unprompted posts a week and platform that nobody passes."""

WEEKS_PER_MONTH = 365.25 / 12.0 / 7.0


def segment_fractions(scenario: Scenario) -> Reals:
    """Fractions of employees by segment, in the order of `SEGMENTS`."""
    return np.array([scenario.behaviour.segments[name] for name in SEGMENTS])


def traits(scenario: Scenario) -> tuple[Reals, Reals, Reals, Reals]:
    """The four kinds of employee that are manager or not, private or not: fraction, manager's and private logit units, and willingness."""
    behaviour = scenario.behaviour
    manager, private = 1.0 / scenario.society.managers_span, scenario.privacy_fraction
    fraction = np.array([(1 - manager) * (1 - private), manager * (1 - private), (1 - manager) * private, manager * private])
    lift = behaviour.manager_lift * np.array([0.0, 1.0, 0.0, 1.0])
    loss = behaviour.privacy_penalty * np.array([0.0, 0.0, 1.0, 1.0])
    return fraction, lift, loss, np.exp(lift - loss)


def enrolment_chances(scenario: Scenario) -> Reals:
    """Probability of being enrolled by segment, such that the whole firm's is the scenario's fraction."""
    fraction = scenario.programme.enrolment_fraction
    if fraction in (0.0, 1.0):
        return np.full(len(SEGMENTS), fraction)
    pull = np.array([ENROLMENT_PULL[name] for name in SEGMENTS])
    parts = segment_fractions(scenario)
    level = brentq(lambda base: float(parts @ expit(base + pull)) - fraction, -40.0, 40.0)
    return np.asarray(expit(level + pull))


def acceptance_chances() -> Reals:
    """Chance by segment that an employee who is asked to take part says yes; where nothing pulls either way, one in two. Assumed."""
    return np.asarray(expit(np.array([ENROLMENT_PULL[name] for name in SEGMENTS])))


def offered_logits(scenario: Scenario) -> Reals:
    """Logit of sharing an offered item at stage 1, by segment; the level is that of all employees, managers and private people included."""
    offsets = np.array([OFFERED[name] for name in SEGMENTS])
    parts = segment_fractions(scenario)
    fraction, lift, loss, _ = traits(scenario)
    target = scenario.behaviour.offered_share_probability

    def surplus(base: float) -> float:
        chances = expit(base + offsets[:, None] + (lift - loss)[None, :])
        return float(parts @ chances @ fraction) - target

    return np.asarray(brentq(surplus, -40.0, 40.0) + offsets)


def silent_chance(expected: Any, shape: Any) -> Any:
    """
    Chance of no post at all where so many are expected on average.

    Parameters
    ----------
    expected : mean number of posts, 0 or more
    shape : of the gamma by which employees of a segment differ (Greenwood and Yule 1920); None where all are alike
    """
    return np.exp(-expected) if shape is None else (1.0 + expected / shape) ** -shape


def posting_rates(rates: Any, uniform: Any, shape: float | None) -> Any:
    """Unprompted rates of single employees: the segment's, times a gamma of mean 1 and this shape at a keyed uniform; nobody passes `MOST_PER_WEEK`."""
    return rates if shape is None else np.minimum(rates * gammaincinv(shape, uniform) / shape, MOST_PER_WEEK)


def unprompted_rates(scenario: Scenario) -> Reals:
    """Mean unprompted shares per week, platform and employee who uses it for work, by segment, before willingness."""
    target = scenario.behaviour.monthly_sharers_fraction
    relative = np.array([UNPROMPTED[name] for name in SEGMENTS])
    parts = segment_fractions(scenario)
    fraction, _, _, willing = traits(scenario)
    shape = scenario.behaviour.posting_shape
    linkedin = scenario.platforms.linkedin
    users = linkedin.advocate_fraction if linkedin is not None else 0.36
    if target <= 0 or users <= 0:
        return np.zeros(len(SEGMENTS))

    def surplus(log_level: float) -> float:
        expected = np.exp(log_level) * WEEKS_PER_MONTH * relative[:, None] * willing[None, :]
        return users * float(parts @ (1.0 - silent_chance(expected, shape)) @ fraction) - target

    most = float(np.log(MOST_PER_WEEK / relative.max()))
    if surplus(most) < 0:
        raise InputError(f"behaviour.monthly_sharers_fraction: given {target:g}; allowed: at most {target + surplus(most):.3g} with these segments, "
                         "behaviour.privacy_fraction, behaviour.privacy_penalty and platforms.linkedin.advocate_fraction, even if the eager posted twice a day")
    return np.asarray(np.exp(brentq(surplus, -30.0, most)) * relative)
