"""Does an employee share? Elementwise rules; numbers or columns. Model description: submodel *Sharing*."""

from __future__ import annotations

from typing import Any

import numpy as np

HEADROOM = 8.0
"""Unprompted moments are offered this many times too often and thinned; willingness can rise by this factor, not more."""


def share_probability(base: Any, push: Any, topic_match: Any, manager: Any, private: Any, peers: Any, engagement: Any, habit: Any, fatigue: Any) -> Any:
    """
    Chance that an enrolled employee shares one offered item on one platform.

    Parameters
    ----------
    base : logit of the segment's base rate
    push : encouragement of the programme, logit units
    topic_match, manager, private, peers, engagement, habit : logit units added (`private` is subtracted)
    fatigue : logit units subtracted

    Returns
    -------
    probability, 0 to 1
    """
    return 1.0 / (1.0 + np.exp(-(base + push + topic_match + manager - private + peers + engagement + habit - fatigue)))


def unprompted_probability(manager: Any, private: Any, peers: Any) -> Any:
    """Chance that an unprompted moment becomes a share: willingness against the average, thinned by `HEADROOM`, at most 1."""
    return np.minimum(1.0, np.exp(manager - private + peers) / HEADROOM)


def faded(amount: Any, days: Any, half_life_days: Any) -> Any:
    """What is left of fatigue, engagement or habit after some days."""
    return amount * 2.0 ** (-days / half_life_days)


def habit_after(habit: Any, shares: Any, days: Any, half_life_days: Any) -> Any:
    """Habit after a step: 1 for somebody who shares once a week for long, fading without; never above 1."""
    per_share = 1.0 - 2.0 ** (-7.0 / half_life_days)
    return np.minimum(1.0, faded(habit, days, half_life_days) + per_share * shares)
