"""Observations of the firm's campaign as a whole: how far it travels, who earns its engagement, and what a naive ad report would say."""

from __future__ import annotations

import numpy as np

from simulation.engines.flights import plan_flights
from simulation.engines.run import play
from simulation.engines.world import ACTIONS, NATURAL, PAGE, PAID, World
from simulation.inputs.parameters import Scenario
from simulation.measures.reach import reactions_by_channel
from simulation.measures.tally import tally
from simulation.society.lookalike import sees_ads
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.studies.facts.worlds import Conditions, Values, played, ratio


def spread(scenario: Scenario, _: Conditions, luck: Luck) -> Values:
    """How far reshares travel in the world with the programme as written."""
    record = played(scenario, luck, programme=True)[1]
    depth = record.shares.depth
    reshares = int(np.count_nonzero(depth >= 1))
    return {"depth_one": ratio(int(np.count_nonzero(depth == 1)), reshares)}


def engagement(scenario: Scenario, _: Conditions, luck: Luck) -> Values:
    """Employees' unprompted posts against the page: their part of engagement in the market, and clicks per impression against the page's."""
    record = played(scenario, luck, programme=False)[1]
    shown, reactions = tally(record, 1).by_person.sum(axis=1), reactions_by_channel(record)
    answered, clicked = reactions.sum(axis=1), reactions[:, ACTIONS.index("click")]
    per_impression = [ratio(float(clicked[channel]), float(shown[channel])) for channel in (NATURAL, PAGE)]
    return {"click_ratio": None if per_impression[0] is None or not per_impression[1] else per_impression[0] / per_impression[1],
            "employees_engagement": ratio(answered[NATURAL], answered[NATURAL] + answered[PAGE])}


def naive_report(scenario: Scenario, _: Conditions, luck: Luck) -> Values:
    """
    What comparing people who saw ads with people who did not would say of the ads.

    The outcome is engaging with the page's posts. Ads do not touch it in this model, so their true lift is 0 and all that
    the comparison finds is that who is often online sees more of everything.
    """
    society = Society(scenario, luck)
    record = play(scenario, World(False, True), luck, society, plan_flights(scenario, society))
    exposed = tally(record, 1).by_person[PAID] > 0
    shares, reactions = record.shares, record.reactions
    of_page = shares.channel[reactions.share] == PAGE
    place = record.panel.places(reactions.person[of_page])
    outcome = np.zeros(record.panel.size, dtype=bool)
    outcome[place[place >= 0]] = True
    targeted = sees_ads(scenario, society, record.panel.people)
    with_ads, without = outcome[exposed], outcome[targeted & ~exposed]
    base = ratio(without.sum(), without.size)
    return {"naive_lift": None if not base or not with_ads.size else float(with_ads.mean() / base - 1.0)}
