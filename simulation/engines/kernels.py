"""The stages of a step over columns, compiled. Rules are those of `behaviour`; what agents do one by one is done here row by row."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.behaviour.engagement import reaction_chance, reshare_rate, response
from simulation.behaviour.sharing import faded, habit_after, share_probability, unprompted_probability
from simulation.compiling import kernel, rule
from simulation.engines.answering import character_of, most_eager, source_ratio, topic_effect
from simulation.engines.wheel import LIKES, MAY_ANSWER, OUTSIDE, RESHARES
from simulation.engines.world import ACTIONS, PROGRAMME
from simulation.society.follows import EMPLOYEES
from simulation.society.luck_kernels import folded, uniform

for registered in (reaction_chance, reshare_rate, response, faded, habit_after, share_probability, unprompted_probability):
    rule(registered)

LIKE, CLICK, RESHARE = range(3)
TWICE = np.uint8(8)
"""Mark of a person and item with at least two deliveries; lower bits mark the actions done, 16 that there was a delivery."""
ONCE = np.uint8(16)


@kernel
def decide(due: Any, topics: Any, hours: Any, traits: Any, state: Any, mood: Any) -> Any:
    """
    Whether an employee shares on each occasion, all from the state that the last step left.

    Parameters
    ----------
    due : occasions, rows of a calendar
    topics : topic of each item
    """
    accepted = np.empty(due.place.size, np.bool_)
    known, peers = np.int64(-1), 0.0
    for row in range(due.place.size):
        place = due.place[row]
        if place != known:
            known, peers = place, mood.peer_influence * peers_who_shared(place, hours, traits, state, mood)
        if due.offered[row]:
            days = (hours - state.settled[place]) / 24.0
            match = mood.topic_match * (topics[row] == traits.interest[place])
            engagement = traits.character[place] + faded(state.engagement[place], days, mood.engagement_half_life_days)
            habit = mood.habit_gain * faded(state.habit[place], days, mood.habit_half_life_days)
            fatigue = faded(state.fatigue[place], days, mood.fatigue_half_life_days)
            accepted[row] = due.luck[row] < share_probability(traits.base[place], mood.push, match, traits.manager[place], traits.private[place], peers,
                                                              engagement, habit, fatigue)
        else:
            willing = due.luck[row] < unprompted_probability(traits.manager[place], traits.private[place], peers)
            accepted[row] = willing and not (due.displaced[row] and mood.programme and traits.enrolled[place])
    return accepted


@rule
def peers_who_shared(place: Any, hours: Any, traits: Any, state: Any, mood: Any) -> Any:
    """Fraction of an employee's colleagues who shared lately."""
    low, high = traits.colleague_starts[place], traits.colleague_starts[place + 1]
    lately = 0
    for row in range(low, high):
        lately += state.last_share[traits.colleagues[row]] >= hours - 24.0 * mood.peer_days
    return lately / (high - low) if high > low else 0.0


@kernel
def settle(places: Any, offered: Any, shared_at: Any, hours_after: Any, traits: Any, state: Any, mood: Any) -> None:
    """
    Employees who shared tire, feel more connected, form habits.

    Parameters
    ----------
    places, offered, shared_at : employee, kind and hours of each share of this step, grouped by employee
    """
    start = 0
    while start < places.size:
        place, stop, shares = places[start], start, 0
        while stop < places.size and places[stop] == place:
            shares += offered[stop]
            stop += 1
        days = (hours_after - state.settled[place]) / 24.0
        gain = mood.engagement_per_share * shares * traits.connected[place]
        state.fatigue[place] = faded(state.fatigue[place], days, mood.fatigue_half_life_days) + mood.fatigue_per_share * shares
        state.engagement[place] = faded(state.engagement[place], days, mood.engagement_half_life_days) + gain
        state.habit[place] = habit_after(state.habit[place], shares, days, mood.habit_half_life_days)
        state.last_share[place] = shared_at[stop - 1]
        state.settled[place] = hours_after
        start = stop


@kernel
def count_impressions(impressions: Any, rows: Any, places: Any, shares: Any) -> None:
    """Add the impressions of some deliveries to the people of the panel (at `places`, -1 for others), by channel; critical shares are kept out."""
    for row in range(rows.size):
        share = shares[rows[row].post]
        if places[row] >= 0 and not share.critical:
            impressions[share.channel, places[row]] += rows[row].showings


@kernel
def marked(rows: Any, count: Any, outside: Any, shares: Any, traits: Any, answering: Any) -> Any:
    """
    What keyed luck tells about each delivery before it happens: a mark of the wheel for each of the first `count` rows.

    Whoever can never answer an item, on any platform, needs no further thought. People outside the market keep no state: their deliveries
    are counted within one share, so the chance rises at the first and at the second one, and the luck lies below it from one of them on, or never.

    Parameters
    ----------
    rows : columns of deliveries, those of a post together
    outside : whether they go beyond the author's followers
    """
    marks, eager, start = np.empty(count, np.uint8), most_eager(answering), 0
    while start < count:
        post, stop = rows.post[start], start
        while stop < count and rows.post[stop] == post:
            stop += 1
        share, people, mine = shares[post], rows.person[start:stop], marks[start:stop]
        like, click, reshare = _item_key(LIKE, share, answering), _item_key(CLICK, share, answering), _item_key(RESHARE, share, answering)
        highest, like_rate, passing_on = answering.highest * eager, _rate(LIKE, share, answering), _rate(RESHARE, share, answering)
        for place in range(people.size):
            mine[place] = (uniform(like, people[place]) < highest[LIKE]) | (uniform(click, people[place]) < highest[CLICK]) | (uniform(reshare, people[place]) < highest[RESHARE])
        for place in range(people.size):
            found, person = np.uint8(0), people[place]
            if mine[place] and (person < answering.consumers or person >= EMPLOYEES):
                affinity, interest = _character(person, traits, answering)
                most = affinity * topic_effect(share.topic, interest, answering)
                if (uniform(like, person) < answering.highest[LIKE] * most or uniform(click, person) < answering.highest[CLICK] * most
                        or uniform(reshare, person) < answering.highest[RESHARE] * most):
                    found = MAY_ANSWER
            elif mine[place] and not outside:
                turn = rows.number[start + place]
                found |= LIKES if _stranger_does(uniform(like, person), like_rate, eager, person, turn, share, answering) else np.uint8(0)
                found |= RESHARES if _stranger_does(uniform(reshare, person), passing_on, eager, person, turn, share, answering) else np.uint8(0)
            mine[place] = found | (OUTSIDE if outside else np.uint8(0))
        start = stop
    return marks


@kernel
def react(rows: Any, shares: Any, traits: Any, answering: Any, marks: Any, keys: Any, used: Any) -> Any:
    """
    Who likes, clicks or reshares what was delivered in this step; each at most once per person, item and action.

    People are met twice: first all deliveries are counted, then everybody answers. Deliveries to people who can never answer may be left out.

    Parameters
    ----------
    rows : deliveries of the step in time order
    marks, keys, used : table of people and items, hashed, and how much of it is in use

    Returns
    -------
    action, share and person of each reaction in order, and whether it was seen beyond the author's followers; and the table, perhaps a larger one
    """
    marks, keys, used = _count_deliveries(rows, shares, marks, keys, used)
    most = len(ACTIONS) * rows.size
    actions, of, who, beyond = np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.int64), np.empty(most, np.bool_)
    done = 0
    for number in range(rows.size):
        person, share, outside = rows[number].person, shares[rows[number].post], rows[number].marks & OUTSIDE
        affinity, interest = _character(person, traits, answering)
        topic, source = topic_effect(share.topic, interest, answering), source_ratio(share, answering)
        slot = _slot(keys, _pair(share, person))
        answer = response(2 if marks[slot] & TWICE else 1, answering.first_response)
        for action in (LIKE, CLICK, RESHARE):
            rate = 0.0 if action == RESHARE and outside else _rate(action, share, answering)
            chance = reaction_chance(rate, affinity, topic, source, answer)
            if _luck(action, share, person, answering) < chance and not marks[slot] & np.uint8(1 << action):
                if action == RESHARE and person >= EMPLOYEES and traits.enrolled[person - EMPLOYEES] and share.channel == PROGRAMME:
                    continue
                marks[slot] |= np.uint8(1 << action)
                actions[done], of[done], who[done], beyond[done] = action, rows[number].post, person, outside > 0
                done += 1
    return actions[:done], of[:done], who[:done], beyond[:done], marks, keys, used


@rule
def _count_deliveries(rows: Any, shares: Any, marks: Any, keys: Any, used: Any) -> Any:
    """Note by person and item whether there was one delivery, or more; returns the table, perhaps a larger one."""
    for number in range(rows.size):
        pair = _pair(shares[rows[number].post], rows[number].person)
        if 2 * (used + 1) > keys.size:
            marks, keys = _larger(marks, keys)
        slot = _slot(keys, pair)
        used += keys[slot] == 0
        keys[slot] = pair
        marks[slot] |= TWICE if marks[slot] & ONCE else ONCE
    return marks, keys, used


@rule
def _character(person: Any, traits: Any, answering: Any) -> Any:
    """Affinity and topic of anybody, employees too."""
    if person >= EMPLOYEES:
        return traits.affinity[person - EMPLOYEES], traits.interest[person - EMPLOYEES]
    return character_of(person, answering)


@rule
def _luck(action: Any, share: Any, person: Any, answering: Any) -> Any:
    """The keyed uniform that decides about one action of a person on an item."""
    return uniform(_item_key(action, share, answering), person)


@rule
def _item_key(action: Any, share: Any, answering: Any) -> Any:
    """The luck of an action on an item, whoever acts."""
    return folded(answering.action_keys[action], share.item)


@rule
def _rate(action: Any, share: Any, answering: Any) -> Any:
    """Base rate of an action on a share."""
    rate = answering.rates[action, share.platform]
    return reshare_rate(rate, answering.damping, share.depth) if action == RESHARE else rate


@rule
def _pair(share: Any, person: Any) -> Any:
    """Name of a person and an item together."""
    return folded(folded(share.item, person), 0)


@rule
def _stranger_does(luck: Any, rate: Any, eager: Any, person: Any, turn: Any, share: Any, answering: Any) -> Any:
    """Whether the chance of an action rises above a person's keyed uniform at the delivery with this number (1 for the first); `eager` as nobody exceeds."""
    source = source_ratio(share, answering)
    if luck >= reaction_chance(rate, eager, 1.0, source, 1.0):
        return False
    affinity, interest = character_of(person, answering)
    chance = reaction_chance(rate, affinity, topic_effect(share.topic, interest, answering), source, 1.0)
    before = chance * response(turn - 1, answering.first_response) if turn >= 2 else 0.0
    return before <= luck < chance * response(turn, answering.first_response)


@rule
def _slot(keys: Any, key: Any) -> Any:
    """Where a key stands in a hashed table, or would stand."""
    mask = np.uint64(keys.size - 1)
    slot = key & mask
    while keys[slot] != 0 and keys[slot] != key:
        slot = (slot + np.uint64(1)) & mask
    return slot


@rule
def _larger(marks: Any, keys: Any) -> Any:
    """A hashed table twice as large, with the same content."""
    more, names = np.zeros(2 * marks.size, np.uint8), np.zeros(2 * keys.size, np.uint64)
    for old in range(keys.size):
        if keys[old] != 0:
            slot = _slot(names, keys[old])
            names[slot], more[slot] = keys[old], marks[old]
    return more, names
