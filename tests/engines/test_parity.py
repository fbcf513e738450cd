"""Agents and compiled code play the same: every event and every counter at every step, whatever the setting; and one summary comes of both."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from simulation.engines.compiled import CompiledModel
from simulation.engines.flights import plan_flights
from simulation.engines.model import AdvocacyModel
from simulation.engines.record import Record
from simulation.engines.world import WORLDS
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.society.luck import Luck
from simulation.society.society import Society

PLATFORMS = ("facebook", "forum", "linkedin", "twitter")
SEGMENTS = [{"eager": 0.21, "persuadable": 0.26, "loud_mixed": 0.07, "critical": 0.24, "inert": 0.22},
            {"eager": 0.4, "persuadable": 0.0, "loud_mixed": 0.6, "critical": 0.0, "inert": 0.0}]
FAMILIES = ["barabasi_albert", "configuration", "powerlaw_cluster", "stochastic_block_model", "watts_strogatz"]

CHOICES: dict[str, list[Any]] = {
    "society__employees": [1, 7, 15, 30], "society__departments": [1, 1, 4], "society__network__mean_followers": [8.0, 30.0],
    "society__network__family": ["foci"] * len(FAMILIES) + FAMILIES, "society__managers_span": [2, 8],
    "market__consumers": [10, 100, 400, 1500], "market__contacts_in_market_fraction": [0.25, 0.5, 1.0], "market__sample_fraction": [1.0, 1.0, 0.3],
    "programme__enrolment_fraction": [0.0, 0.4, 0.4, 1.0], "programme__items_per_week": [0.5, 2.5, 2.5, 9.0], "programme__displacement_fraction": [0.0, 0.5, 1.0],
    "page__posts_per_week": [0.0, 3.0, 3.0, 11.0], "page__followers": [None, None, 0, 50],
    "paid__budget": [0.0, 1501.0, 1510.0, 1520.0], "paid__creative_days": [1, 5, 28], "paid__viewable_fraction": [0.5, 1.0],
    "paid__cap": [None, {"impressions": 1, "days": 3}, {"impressions": 3, "days": 7}],
    "behaviour__offered_share_probability": [0.05, 0.5, 0.5, 0.9], "behaviour__monthly_sharers_fraction": [0.0, 0.03, 0.15, 0.15], "behaviour__segments": SEGMENTS,
    "behaviour__critical_fraction": [0.0, 0.5], "behaviour__response_hours": [1.0, 24.0, 100.0], "behaviour__privacy_fraction": [0.0, 0.44],
    "behaviour__topics": [1, 2, 7], "behaviour__topic_lift": [1.0, 2.0, 10.0], "behaviour__affinity_shape": [0.2, 2.0], "behaviour__activity_correlation": [0.0, 0.5, 1.0],
    "behaviour__first_delivery_response": [0.0, 0.4, 1.0], "behaviour__divided_attention": [0.0, 1.0], "behaviour__appeal_log_sd": [0.0, 1.1],
    "behaviour__topic_match": [0.0, 2.0], "behaviour__peer_influence": [0.0, 0.5, 5.0], "behaviour__peer_days": [0.5, 7.0],
    "behaviour__fatigue_per_share": [0.0, 0.06, 1.5], "behaviour__engagement_per_share": [0.0, 0.5], "behaviour__habit_gain": [0.0, 2.0],
}
"""Values that settings take; repeated ones are drawn more often."""

ON_A_PLATFORM: dict[str, list[Any]] = {
    "like_rate": [0.0, 0.02, 0.1, 0.5], "click_rate": [0.0, 0.1, 0.1, 0.5], "reshare_rate": [0.0, 0.02, 0.2, 0.2], "ad_like_rate": [0.0, 0.3, 0.3], "ad_click_rate": [0.01, 0.5],
    "out_of_network": [0.0, 0.45, 0.45, 4.0], "repeats": [1.0, 1.73], "half_life_hours": [0.2, 4.0, 60.0], "visibility_fraction": [0.05, 0.2, 0.4],
    "page_visibility_fraction": [0.0, 0.1, 0.3], "active_fraction": [0.3, 0.6, 1.0], "advocate_fraction": [0.5, 1.0], "ad_opportunities_per_day": [0.5, 10.0],
}
PACES = [(1, 1, 0), (6, 1, 3), (24, 2, 7), (24, 2, 0), (24, 1, 7), (100, 2, 7), (168, 2, 3)]
"""Hours of a step, weeks, and days of the tail: short steps in short campaigns."""


def any_scenario(number: int) -> Scenario:
    """A setting drawn by its number; reshares are damped until posts do not travel for ever."""
    draw = Random(number)
    names = draw.sample(PLATFORMS, draw.randint(1, 3))
    chosen = load_scenario("baseline").model_dump()["platforms"]
    platforms = dict.fromkeys(chosen) | {name: {**(chosen.get(name) or {}), **{key: draw.choice(values) for key, values in ON_A_PLATFORM.items()}} for name in names}
    hours, weeks, tail = draw.choice(PACES)
    scenario = load_scenario("baseline").replace(
        **{key: draw.choice(values) for key, values in CHOICES.items()}, platforms=platforms, paid__cpm=dict.fromkeys(names, 6.0),
        horizon__step_hours=hours, horizon__weeks=weeks, horizon__tail_days=tail, run__seed=number)
    source, damping = draw.choice([0.25, 1.0, 2.0, 6.0]), draw.choice([0.0, 0.07, 0.5, 1.0])
    while True:
        # unchecked, because a scenario has no source below 1: the engines must agree on either side of it
        scenario = scenario.model_copy(update={"behaviour": scenario.behaviour.model_copy(update={"source_multiplier": source, "hop_damping": damping})})
        try:
            Society(scenario, Luck(number))
        except InputError as error:
            assert "reshare_rate" in str(error)
            damping /= 4
        else:
            return scenario


def both_models(scenario: Scenario, world: str, society: Society) -> tuple[AdvocacyModel, CompiledModel]:
    """One world on either engine, with the same society and ads."""
    flights = plan_flights(scenario, society) if scenario.paid.enabled else {}
    one, other = (engine(scenario, WORLDS[world], luck=society.luck, society=society, flights=flights) for engine in (AdvocacyModel, CompiledModel))
    assert isinstance(other, CompiledModel)
    return one, other


def check_same_record(one: Record, other: Record) -> None:
    """The same rows in the same order, column by column."""
    for table, name in ((kind, name) for kind in ("shares", "deliveries", "reactions", "ads", "ad_reactions") for name in getattr(one, kind)._fields):
        own, theirs = getattr(getattr(one, table), name), getattr(getattr(other, table), name)
        assert own.dtype == theirs.dtype, f"{table}.{name}"
        assert np.array_equal(own, theirs), f"{table}.{name}"
    assert np.array_equal(one.media_spend, other.media_spend)
    assert (one.world, one.platforms, one.consumers, one.enrolled, one.incident) == (other.world, other.platforms, other.consumers, other.enrolled, other.incident)


def check_same_model(agents: AdvocacyModel, compiled: CompiledModel) -> None:
    """Where the two stand after a step: time, counters, what employees feel, everything that happened."""
    assert (agents.steps, agents.hours, agents.running) == (compiled.steps, compiled.hours, compiled.running)
    assert np.array_equal(agents.impressions, compiled.impressions)
    assert np.array_equal(agents.shares.table, compiled.shares.table)
    for name in ("fatigue", "engagement", "habit"):
        np.testing.assert_allclose(getattr(agents.state, name), getattr(compiled.state, name), rtol=1e-12, atol=0, err_msg=name)
    for name in ("settled", "last_share"):
        assert np.array_equal(getattr(agents.state, name), getattr(compiled.state, name)), name
    check_same_record(agents.record(), compiled.record())


def agree_step_by_step(scenario: Scenario, society: Society, world: str) -> tuple[AdvocacyModel, CompiledModel]:
    """Play a world on both engines, looking at everything after every step."""
    agents, compiled = both_models(scenario, world, society)
    while agents.running:
        agents.step()
        compiled.step()
        check_same_model(agents, compiled)
    return agents, compiled


@settings(max_examples=30, phases=[Phase.generate])
@given(number=st.integers(0, 2**32 - 1))
def test_models_agree_step_by_step(number: int) -> None:
    scenario = any_scenario(number)
    society = Society(scenario, Luck(scenario.run.seed))
    for world in WORLDS:
        agree_step_by_step(scenario, society, world)
