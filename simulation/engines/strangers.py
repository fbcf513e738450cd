"""Reactions of people around the firm who are not in the market: they have no state and are not counted, but what they like spreads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulation.behaviour.engagement import reaction_chance, reshare_rate, response, topic_factor
from simulation.engines.feeds import Feed
from simulation.engines.share import Share
from simulation.inputs.parameters import Scenario
from simulation.society.luck import Luck, fold_words, to_unit
from simulation.society.population import People


def reactions(action: str, feed: Feed, shares: Sequence[Share], scenario: Scenario, people: People, luck: Luck) -> NDArray[np.int64]:
    """
    Rows of `feed` at which a stranger does one action.

    The rule is that of everybody else. Without state, deliveries are counted within one share: the chance rises at the
    first and at the second delivery, and the keyed uniform lies below it from one of them on, or never.
    """
    if not feed.share.size:
        return np.empty(0, dtype=np.int64)
    behaviour, platforms = scenario.behaviour, dict(scenario.platforms.items())
    ids, row = np.unique(feed.share, return_inverse=True)
    chosen = [shares[index] for index in ids.tolist()]
    rates = {"like": [platforms[share.platform].like_rate for share in chosen],
             "reshare": [reshare_rate(platforms[share.platform].reshare_rate, behaviour.hop_damping, share.depth) for share in chosen]}[action]
    keys = np.array([luck.key(action, share.item) for share in chosen], dtype=np.uint64)
    sources = np.array([1.0 if share.by_page else behaviour.source_multiplier for share in chosen])
    topics = np.array([share.topic for share in chosen])
    uniforms = to_unit(fold_words(keys[row], feed.person))
    topic = topic_factor(topics[row] == people.interest(feed.person), behaviour.topics, behaviour.topic_lift)
    chance = reaction_chance(np.array(rates)[row], people.affinity(feed.person), topic, sources[row], 1.0)
    now = uniforms < chance * response(feed.number, behaviour.first_delivery_response)
    before = (feed.number >= 2) & (uniforms < chance * response(feed.number - 1, behaviour.first_delivery_response))
    return np.flatnonzero(now & ~before)
