"""Having noticed it: like, click, reshare? Elementwise rules. Model description: submodel *Engagement*."""

from __future__ import annotations

from typing import Any


def response(deliveries: Any, first_delivery_response: Any) -> Any:
    """How strongly a person answers after so many deliveries (1 or more) of one item: lower after the first, flat from the second on."""
    return first_delivery_response + (1.0 - first_delivery_response) * (deliveries >= 2)


def topic_factor(own_topic: Any, topics: Any, lift: Any) -> Any:
    """Reaction to an item on one's own topic (true) or on another, such that the average over topics is 1; nothing is left beyond a lift of `topics`."""
    of_others = (topics - lift) / (topics - 1.0) * (topics > lift) if topics > 1 else 0.0
    of_own = topics - (topics - 1.0) * of_others
    return of_others + (of_own - of_others) * own_topic


def reaction_chance(rate: Any, affinity: Any, topic: Any, source: Any, response_: Any) -> Any:
    """
    Chance that a person has done one action (like, click or reshare) on an item by now; above 1 means certainly.

    Parameters
    ----------
    rate : base rate of the action, per person and item after at least two deliveries
    affinity : of the person, mean 1
    topic : topic factor, mean 1
    source : ratio of the source, 1 for a page or an ad
    response_ : of the deliveries so far

    Returns
    -------
    number, 0 or more. It rises with every argument, so one keyed uniform per person, item and action decides for ever.
    """
    return rate * affinity * topic * source * response_


def reshare_rate(rate: Any, damping: Any, depth: Any) -> Any:
    """Reshare rate of what is seen at a depth: undamped for an author's own post (0), damped once for each hop that it has travelled."""
    return rate * damping**depth
