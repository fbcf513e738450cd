"""Loops of the survey twin: exact chances for each respondent, and, as a check and for planted data, people who live through it all."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.behaviour.engagement import reaction_chance, response, topic_factor
from simulation.behaviour.exposure import clock, intensity
from simulation.behaviour.willingness import silent_chance
from simulation.compiling import kernel, rule
from simulation.society.luck_kernels import folded, uniform
from simulation.society.population import picked

for registered in (reaction_chance, response, topic_factor, clock, intensity, silent_chance):
    rule(registered)

LEAST_LOG = -30.0
"""Logarithm of the smallest intensity or chance that tables hold."""

POINTS = 256


@rule
def _at(table: Any, log_value: Any, most_log: Any) -> Any:
    """A table over the logarithm, between `LEAST_LOG` and `most_log`, read by straight lines."""
    place = min(max((log_value - LEAST_LOG) / (most_log - LEAST_LOG) * (table.size - 1), 0.0), table.size - 1.000001)
    below = int(place)
    return table[below] + (table[below + 1] - table[below]) * (place - below)


@rule
def _per_post(rate: Any, affinity: Any, source: Any, first: Any, topics: Any, lift: Any, once: Any, often: Any) -> Any:
    """Chance of an action on one post, topic averaged: it is delivered once with chance `once`, more often with chance `often`; no chance exceeds 1."""
    total = 0.0
    for own in range(2):
        weight = 1.0 / topics if own else 1.0 - 1.0 / topics
        topic = topic_factor(own, topics, lift)
        total += weight * (once * min(1.0, reaction_chance(rate, affinity, topic, source, response(1, first)))
                           + often * min(1.0, reaction_chance(rate, affinity, topic, source, response(2, first))))
    return total


@kernel
def chances_of_having(traits: Any, tables: Any, numbers: Any, fixed: Any, found: Any, first: Any, last: Any) -> Any:
    """
    Fraction of the respondents who liked, and who shared, at least one post, for the parameter sets from `first` to `last`.

    Everything but the respondents' own traits is integrated exactly. Posts of a friend are a mixed Poisson number; the chance
    that none of them is liked is that of no event at a rate thinned by the chance per post. Friends are a Poisson number.

    Parameters
    ----------
    traits : following and reception (respondents x platforms), affinity (respondents)
    tables : chance of exactly one delivery and of more by log intensity, appeal integrated; largest log
    numbers : per parameter set: level, like, share, outside (x platforms), source, shape, expected posts of a friend by class
    fixed : part of friends who post here (platforms), active part (platforms), part of each class, first response, topics, lift
    found : filled with two numbers per parameter set
    """
    following, received, affinity = traits
    once_table, often_table, most_log = tables
    level, like, share, outside, source, shape, expected = numbers
    posters, active, parts, first_response, topics, lift = fixed
    silent = np.empty(POINTS)
    for row in range(first, last):
        for point in range(POINTS):
            chance, total = np.exp(LEAST_LOG * (1.0 - point / (POINTS - 1.0))), 0.0
            for kind in range(parts.size):
                total += parts[kind] * (1.0 - silent_chance(expected[row, kind] * chance, shape[row]))
            silent[point] = np.log(max(total, 1e-300))
        mean = 0.0
        for kind in range(parts.size):
            mean += parts[kind] * expected[row, kind]
        liked, shared = 0.0, 0.0
        for who in range(affinity.size):
            no_like, no_share = 1.0, 1.0
            for place in range(posters.size):
                seen = intensity(level[row, place], 1.0, received[who, place])
                log_seen = np.log(max(seen, 1e-13))
                once, often = _at(once_table, log_seen, most_log), _at(often_table, log_seen, most_log)
                friends = following[who, place] * posters[place]
                likes = _per_post(like[row, place], affinity[who], source[row], first_response, topics, lift, once, often)
                shares = _per_post(share[row, place], affinity[who], source[row], first_response, topics, lift, once, often)
                strangers = friends * mean * seen * outside[row, place] * _per_post(like[row, place], affinity[who], source[row], first_response, topics, lift, 1.0, 0.0)
                dislike = np.exp(-friends * np.exp(_at(silent, np.log(max(likes, 1e-13)), 0.0)) - strangers)
                no_like *= 1.0 - active[place] + active[place] * dislike
                no_share *= 1.0 - active[place] + active[place] * np.exp(-friends * np.exp(_at(silent, np.log(max(shares, 1e-13)), 0.0)))
            liked += 1.0 - no_like
            shared += 1.0 - no_share
        found[row, 0], found[row, 1] = liked / affinity.size, shared / affinity.size


@rule
def _poisson(key: Any, mean: Any) -> Any:
    """A Poisson number: how many clocks go off."""
    passed, count = 0.0, 0
    while True:
        passed += clock(uniform(key, count))
        if passed >= mean:
            return count
        count += 1


@kernel
def lived_through(traits: Any, numbers: Any, fixed: Any, edges: Any, gamma_cells: Any, appeal_cells: Any, key: Any, found: Any) -> Any:
    """
    Each respondent draws friends, their posts, deliveries, likes and shares one by one; `found` (respondents x 2) says who liked and who shared.

    Parameters are those of `chances_of_having`, for one parameter set and without a row; `edges` cumulates the classes.
    """
    following, received, affinity = traits
    level, like, share, outside, source, shape, expected = numbers
    posters, active, _, first_response, topics, lift = fixed
    mean = 0.0
    for kind in range(expected.size):
        mean += (edges[kind] - (edges[kind - 1] if kind else 0.0)) * expected[kind]
    for who in range(affinity.size):
        for place in range(posters.size):
            own = folded(folded(key, who), place)
            if uniform(own, 0) >= active[place]:
                continue
            for friend in range(_poisson(folded(own, 1), following[who, place] * posters[place])):
                theirs = folded(folded(own, 2), friend)
                kind = min(np.searchsorted(edges, uniform(theirs, 0)), expected.size - 1)
                posts = _poisson(folded(theirs, 1), expected[kind] * picked(gamma_cells, uniform(theirs, 2)) / shape)
                for post in range(posts):
                    this = folded(folded(theirs, 3), post)
                    seen = intensity(level[place], picked(appeal_cells, uniform(this, 0)), received[who, place])
                    deliveries = _poisson(folded(this, 1), seen)
                    if deliveries == 0:
                        continue
                    topic = topic_factor(1 if uniform(this, 2) * topics < 1.0 else 0, topics, lift)
                    answer = response(deliveries, first_response)
                    if uniform(this, 3) < reaction_chance(like[place], affinity[who], topic, source, answer):
                        found[who, 0] = 1
                    if uniform(this, 4) < reaction_chance(share[place], affinity[who], topic, source, answer):
                        found[who, 1] = 1
            strangers = following[who, place] * posters[place] * mean * intensity(level[place], 1.0, received[who, place]) * outside[place]
            for post in range(_poisson(folded(own, 3), strangers)):
                this = folded(folded(own, 4), post)
                topic = topic_factor(1 if uniform(this, 0) * topics < 1.0 else 0, topics, lift)
                if uniform(this, 1) < reaction_chance(like[place], affinity[who], topic, source, response(1, first_response)):
                    found[who, 0] = 1
