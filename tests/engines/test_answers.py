"""Who answers posts and ads, against a walk from delivery to delivery: what both engines have in common, so that comparing them tells nothing about it."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest

from simulation.behaviour.engagement import reaction_chance, reshare_rate, response, topic_factor
from simulation.engines.model import AdvocacyModel
from simulation.engines.record import Record
from simulation.engines.run import ENGINES
from simulation.engines.share import creative, topic_of
from simulation.engines.world import ACTIONS, CHANNELS, WORLDS
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.society.follows import EMPLOYEES
from simulation.society.luck import Luck
from simulation.society.society import Society

Answers = Counter[tuple[int, int, int, float]]


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """Most people outside the market, everybody quick to answer, a new ad every other day, steps that end within days."""
    rates = {"like_rate": 0.3, "reshare_rate": 0.1, "ad_like_rate": 0.2, "ad_click_rate": 0.03, "visibility_fraction": 0.3, "half_life_hours": 30.0}
    return load_scenario("baseline", ["society.employees=20", "society.departments=2", "market.consumers=400", "market.contacts_in_market_fraction=0.2", "horizon.weeks=2",
                                      "horizon.step_hours=20", "horizon.tail_days=3", "paid.budget=1560", "paid.cap=null", "paid.creative_days=2", "page.followers=200",
                                      "programme.enrolment_fraction=0.6", "behaviour.offered_share_probability=0.3", "behaviour.first_delivery_response=0.4",
                                      "behaviour.hop_damping=0.01", "behaviour.topics=3", "behaviour.monthly_sharers_fraction=0.2"]).replace(
        **{f"platforms__{name}__{key}": value for name in ("facebook", "linkedin", "twitter") for key, value in rates.items()})


@pytest.fixture(scope="module", params=ENGINES)
def played(scenario: Scenario, request: pytest.FixtureRequest) -> tuple[AdvocacyModel, Record]:
    luck = Luck(12)
    model = ENGINES[request.param](scenario, WORLDS["both"], luck=luck, society=Society(scenario, luck))
    model.run_model()
    return model, model.record()


def end_of_step(hours: float, scenario: Scenario) -> float:
    return min((hours // scenario.horizon.step_hours + 1) * scenario.horizon.step_hours, scenario.horizon.end_hours)


def character(society: Society, person: int) -> tuple[float, int]:
    """Affinity and interest."""
    who = np.array([person])
    return float(society.people.affinity(who)[0]), int(society.people.interest(who)[0])


def test_strangers_like_and_reshare_when_their_chance_rises_above_their_luck(played: tuple[AdvocacyModel, Record], scenario: Scenario) -> None:
    model, record = played
    behaviour, platforms = scenario.behaviour, [platform for _, platform in scenario.platforms.items()]
    seen: dict[tuple[int, int], list[float]] = defaultdict(list)
    for share, person, hours, outside in zip(*(getattr(record.deliveries, name).tolist() for name in ("share", "person", "hours", "outside")), strict=True):
        if record.consumers <= person < EMPLOYEES and not outside:
            seen[share, person].append(hours)
    expected: Answers = Counter()
    for (number, person), times in seen.items():
        share = model.shares[number]
        platform = platforms[int(record.shares.platform[number])]
        affinity, interest = character(model.society, person)
        topic = topic_factor(share.topic == interest, behaviour.topics, behaviour.topic_lift)
        for action, rate in (("like", platform.like_rate), ("reshare", reshare_rate(platform.reshare_rate, behaviour.hop_damping, share.depth))):
            luck = model.luck.uniform(action, share.item, person)
            for count, hours in enumerate(sorted(times), start=1):
                source = 1.0 if share.by_page else behaviour.source_multiplier
                if luck < reaction_chance(rate, affinity, topic, source, response(count, behaviour.first_delivery_response)):
                    expected[ACTIONS.index(action), number, person, end_of_step(hours, scenario)] += 1
                    break
    reactions = record.reactions
    strangers = (reactions.person >= record.consumers) & (reactions.person < EMPLOYEES)
    found = Counter(zip(*(column[strangers].tolist() for column in (reactions.action, reactions.share, reactions.person, reactions.hours)), strict=True))
    assert found == expected
    assert min(sum(action == kind for action, *_ in found) for kind in (0, 2)) > 50
    assert any(share.by_page for share in (model.shares[number] for _, number, _, _ in found))
    assert any(model.shares[number].depth for _, number, _, _ in found)


def test_ads_are_answered_when_the_chance_rises_above_the_luck(played: tuple[AdvocacyModel, Record], scenario: Scenario) -> None:
    model, record = played
    behaviour, platforms = scenario.behaviour, list(scenario.platforms.items())
    seen: dict[tuple[int, int, int], list[float]] = defaultdict(list)
    for place, person, hours in zip(*(column.tolist() for column in record.ads), strict=True):
        seen[place, int(hours // (24 * scenario.paid.creative_days)), person].append(hours)
    expected: Answers = Counter()
    for (place, ad, person), times in seen.items():
        name, platform = platforms[place]
        item = creative(name, ad)
        affinity, interest = character(model.society, person)
        topic = topic_factor(topic_of(item, model.luck, behaviour.topics) == interest, behaviour.topics, behaviour.topic_lift)
        for action, rate in (("like", platform.ad_like_rate), ("click", platform.ad_click_rate)):
            luck = model.luck.uniform(action, item, person)
            steps = [end_of_step(hours, scenario) for hours in times]
            for step in sorted(set(steps)):
                count = sum(each <= step for each in steps)
                if luck < reaction_chance(rate, affinity, topic, 1.0, response(count, behaviour.first_delivery_response)):
                    expected[ACTIONS.index(action), place, person, step] += 1
                    break
    found = Counter(zip(*(column.tolist() for column in record.ad_reactions), strict=True))
    assert found == expected
    assert min(sum(action == kind for action, *_ in found) for kind in (0, 1)) > 20
    assert max(len(times) for times in seen.values()) > 2
    assert len({ad for _, ad, _ in seen}) > 3


def test_impressions_are_counted_as_a_walk_counts_them(played: tuple[AdvocacyModel, Record]) -> None:
    """By channel of the root; critical posts, and people outside the market, are kept out."""
    model, record = played
    expected = np.zeros((len(CHANNELS), record.consumers), dtype=np.int64)
    for share, person, showings in zip(record.deliveries.share.tolist(), record.deliveries.person.tolist(), record.deliveries.showings.tolist(), strict=True):
        if person < record.consumers and not record.shares.critical[share]:
            expected[record.shares.channel[share], person] += showings
    for person in record.ads.person.tolist():
        expected[CHANNELS.index("paid"), person] += 1
    assert np.array_equal(model.impressions, expected)
    assert (expected.sum(axis=1) > 0).all()
