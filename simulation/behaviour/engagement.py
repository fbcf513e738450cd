"""Having noticed it: like, click, reshare? Elementwise rules. Model description: submodel *Engagement*."""

from __future__ import annotations

from typing import Any

import numpy as np


def response(deliveries: Any, first_delivery_response: Any) -> Any:
    """How strongly a person answers after so many deliveries of one item: lower after the first, flat from the second on."""
    return np.where(deliveries >= 2, 1.0, first_delivery_response)


def topic_factor(own_topic: Any, topics: Any, lift: Any) -> Any:
    """Reaction to an item on one's own topic or on another, such that the average over topics is 1."""
    of_others = np.maximum(0.0, (topics - lift) / np.maximum(topics - 1.0, 1.0))
    of_own = topics - (topics - 1.0) * of_others
    return np.where(own_topic, of_own, of_others)


def reaction_probability(rate: Any, affinity: Any, topic: Any, source: Any, response_: Any) -> Any:
    """
    Chance that a person has done one action (like, click or reshare) on an item by now.

    Parameters
    ----------
    rate : base rate of the action, per person and item after at least two deliveries
    affinity : of the person, mean 1
    topic : topic factor, mean 1
    source : ratio of the source, 1 for a page or an ad
    response_ : of the deliveries so far

    Returns
    -------
    probability, 0 to 1. It rises with every argument, so one keyed uniform per person, item and action decides for ever.
    """
    return np.minimum(1.0, rate * affinity * topic * source * response_)


def reshare_rate(rate: Any, damping: Any, depth: Any) -> Any:
    """Reshare rate of what is seen at a depth: 0 for an author's own post, damped once for each hop that it has travelled."""
    return rate * damping**depth
