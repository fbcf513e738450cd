"""Ads seen unpaid: who sees them, when, how often on average, and what comes of it."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pytest

from simulation.engines.compiled import CompiledModel
from simulation.engines.record import Record
from simulation.engines.world import ACTIONS, PAID, World
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.measures.reach import viral_impressions
from simulation.society.luck import Luck
from simulation.society.society import Society

SETTINGS = ["society.employees=5", "society.departments=1", "market.consumers=3000", "market.contacts_in_market_fraction=1", "horizon.weeks=2", "page.enabled=false",
            "programme.enabled=false", "behaviour.monthly_sharers_fraction=0", "paid.budget=1600", "run.engine=compiled", "platforms.twitter=null"]


def firm(**changes: Any) -> Scenario:
    """Ads alone on two platforms, liked by a good many."""
    return load_scenario("baseline", SETTINGS).replace(**{f"platforms__{name}__ad_like_rate": 0.1 for name in ("facebook", "linkedin")}).replace(**changes)


def played(scenario: Scenario, seed: int = 1) -> tuple[Society, Record]:
    luck = Luck(seed)
    society = Society(scenario, luck)
    model = CompiledModel(scenario, World(False, True), luck=luck, society=society)
    model.run_model()
    return society, model.record()


def test_only_contacts_of_those_who_liked_an_ad_see_it_unpaid_and_only_later() -> None:
    scenario = firm(paid__spill_over=4.0)
    society, record = played(scenario)
    likes = record.ad_reactions.action == ACTIONS.index("like")
    contacts: dict[tuple[int, int], float] = {}
    for platform, person, hours in zip(record.ad_reactions.platform[likes].tolist(), record.ad_reactions.person[likes].tolist(), record.ad_reactions.hours[likes].tolist(), strict=True):
        for who in society.contacts(record.platforms[platform], np.array([person]))[0].followers.tolist():
            contacts[platform, who] = min(hours, contacts.get((platform, who), np.inf))
    of = record.deliveries.share
    assert of.size > 100
    assert np.all(record.shares.channel == PAID)
    assert np.all(record.deliveries.outside)
    for platform, who, hours in zip(record.shares.platform[of].tolist(), record.deliveries.person.tolist(), record.deliveries.hours.tolist(), strict=True):
        assert hours >= contacts[platform, who]


def test_nothing_spills_over_unless_it_is_asked_for() -> None:
    _, record = played(firm())
    assert record.shares.author.size == record.deliveries.person.size == 0
    assert viral_impressions(record) == 0
    _, spilling = played(firm(paid__spill_over=1.0))
    assert viral_impressions(spilling) > 0
    for one, other in zip(record.ads, spilling.ads, strict=True):
        assert np.array_equal(one, other)
    assert np.array_equal(record.media_spend, spilling.media_spend)


def test_whoever_answers_an_ad_answers_it_once_however_they_see_it() -> None:
    """Contacts who like an ad seen unpaid show it to nobody: what spreads comes of likes of ads seen paid."""
    _, record = played(firm(paid__spill_over=6.0, platforms__facebook__like_rate=0.1, platforms__facebook__click_rate=0.3))
    deeds = defaultdict(int)
    life = 24.0 * 28
    for action, platform, person, hours in zip(*(column.tolist() for column in record.ad_reactions), strict=True):
        deeds[action, platform, person, int((hours - 1e-6) // life)] += 1
    shares = record.shares
    numbers = {(item, platform): number for number, (item, platform) in enumerate(zip(shares.item.tolist(), shares.platform.tolist(), strict=True))}
    assert len(numbers) == shares.item.size == 2
    for action, share, person, _ in zip(*(column.tolist() for column in record.reactions), strict=True):
        deeds[action, int(shares.platform[share]), person, 0] += 1
    assert record.reactions.person.size > 50
    assert set(deeds.values()) == {1}
    assert not np.any(record.reactions.action == ACTIONS.index("reshare"))


def test_a_like_of_an_ad_is_shown_to_as_many_as_the_lever_says() -> None:
    # Fixed seed 1; deliveries are Poisson around what the contacts' reception and the level give, so 4 standard errors: false alarm below 1e-4 each
    for strength in (0.5, 2.0):
        society, record = played(firm(paid__spill_over=strength, horizon__tail_days=60))
        likes, expected = record.ad_reactions.action == ACTIONS.index("like"), 0.0
        for platform, person in zip(record.ad_reactions.platform[likes].tolist(), record.ad_reactions.person[likes].tolist(), strict=True):
            name = record.platforms[platform]
            expected += strength * society.levels[name].page_outside * float(society.contacts(name, np.array([person]))[0].reception.sum())
        assert record.deliveries.person.size == pytest.approx(expected, abs=4 * np.sqrt(expected))


def test_a_sample_of_the_market_cannot_spill_over() -> None:
    with pytest.raises(InputError, match=r"paid.spill_over is 1 but market.sample_fraction is 0.5"):
        load_scenario("baseline", ["paid.spill_over=1", "market.sample_fraction=0.5"])
