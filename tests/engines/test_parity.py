"""Agents and compiled code play the same: every event and every counter at every step, whatever the setting; and one summary comes of both."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
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
UNCHECKED = "source_multiplier"
"""Goes below what a scenario may say: the engines must agree on either side of 1."""

ANY_SETTING: dict[str, st.SearchStrategy[Any]] = {
    "society__employees": st.integers(1, 30), "society__departments": st.integers(1, 4), "society__network__mean_followers": st.sampled_from([8.0, 30.0]),
    "society__network__family": st.sampled_from(["foci", "foci", "foci", "barabasi_albert", "configuration", "powerlaw_cluster", "watts_strogatz"]),
    "market__consumers": st.integers(10, 100) | st.integers(100, 1500), "market__contacts_in_market_fraction": st.sampled_from([0.25, 0.5, 1.0]),
    "horizon__tail_days": st.integers(0, 7),
    "programme__enrolment_fraction": st.sampled_from([0.0, 0.3, 1.0]), "programme__items_per_week": st.sampled_from([0.0, 2.5, 9.0]),
    "programme__displacement_fraction": st.sampled_from([0.0, 0.5, 1.0]), "behaviour__offered_share_probability": st.sampled_from([0.05, 0.5, 0.9]),
    "page__posts_per_week": st.sampled_from([0.0, 3.0, 11.0]), "page__followers": st.sampled_from([None, 0, 300]),
    "paid__budget": st.sampled_from([0.0, 1501.0, 1520.0, 1700.0]), "paid__creative_days": st.sampled_from([1, 5, 28]), "paid__viewable_fraction": st.sampled_from([0.5, 1.0]),
    "paid__cap": st.sampled_from([None, {"impressions": 1, "days": 3}, {"impressions": 3, "days": 7}]),
    "behaviour__topics": st.sampled_from([1, 2, 7]), "behaviour__topic_lift": st.sampled_from([1.0, 2.0, 10.0]), "behaviour__affinity_shape": st.sampled_from([0.2, 2.0]),
    "behaviour__first_delivery_response": st.sampled_from([0.0, 0.4, 1.0]), "behaviour__divided_attention": st.sampled_from([0.0, 1.0]),
    "behaviour__appeal_log_sd": st.sampled_from([0.0, 1.1]), "behaviour__monthly_sharers_fraction": st.sampled_from([0.0, 0.03, 0.15]),
    "behaviour__response_hours": st.sampled_from([1.0, 24.0, 100.0]), "behaviour__segments": st.sampled_from(SEGMENTS), "behaviour__critical_fraction": st.sampled_from([0.0, 0.5]),
    "behaviour__peer_influence": st.sampled_from([0.0, 0.5, 5.0]), "behaviour__peer_days": st.sampled_from([0.5, 7.0]), "behaviour__fatigue_per_share": st.sampled_from([0.0, 0.06, 1.5]),
    "behaviour__engagement_per_share": st.sampled_from([0.0, 0.5]), "behaviour__habit_gain": st.sampled_from([0.0, 2.0]), "run__seed": st.integers(0, 2**63 - 1),
}
ON_A_PLATFORM: dict[str, st.SearchStrategy[Any]] = {
    "like_rate": st.sampled_from([0.0, 0.02, 0.5]), "click_rate": st.sampled_from([0.0, 0.1, 0.5]), "reshare_rate": st.sampled_from([0.0, 0.02, 0.2]),
    "ad_like_rate": st.sampled_from([0.0, 0.3]), "ad_click_rate": st.sampled_from([0.01, 0.5]), "out_of_network": st.sampled_from([0.0, 0.45, 8.0]),
    "repeats": st.sampled_from([1.0, 1.73]), "half_life_hours": st.sampled_from([0.2, 4.0, 60.0]), "visibility_fraction": st.sampled_from([0.05, 0.3, 0.9]),
    "page_visibility_fraction": st.sampled_from([0.0, 0.3]), "active_fraction": st.sampled_from([0.3, 1.0]), "advocate_fraction": st.sampled_from([0.5, 1.0]),
}
PACES = st.sampled_from([(1, 1, 1), (6, 2, 7), (24, 2, 7), (100, 2, 7), (168, 2, 7)])
"""Hours of a step, weeks, and days of the tail at most: short steps in short campaigns."""


def setting_of(base: dict[str, Any], platforms: dict[str, dict[str, Any]], damping: float, source: float) -> Scenario:
    """A scenario on some platforms; reshares are damped further, if need be, until posts do not travel for ever."""
    known = load_scenario("baseline").model_dump()["platforms"]
    every = dict.fromkeys(("facebook", "linkedin", "twitter")) | {name: {**known.get(name, {}), **values} for name, values in platforms.items()}
    scenario = load_scenario("baseline").replace(**base, platforms=every, paid__cpm=dict.fromkeys(platforms, 6.0), behaviour__hop_damping=damping)
    scenario = scenario.model_copy(update={"behaviour": scenario.behaviour.model_copy(update={UNCHECKED: source})})
    try:
        Society(scenario, Luck(scenario.run.seed))
    except InputError:
        return setting_of(base, platforms, damping / 4, source)
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


@settings(max_examples=30)
@given(base=st.fixed_dictionaries(ANY_SETTING), pace=PACES, damping=st.sampled_from([0.0, 0.07, 0.5, 1.0]), source=st.sampled_from([0.25, 1.0, 2.0, 6.0]),
       platforms=st.lists(st.sampled_from(PLATFORMS), min_size=1, max_size=3, unique=True).flatmap(
           lambda names: st.fixed_dictionaries({name: st.fixed_dictionaries(ON_A_PLATFORM) for name in names})))
def test_models_agree_step_by_step(base: dict[str, Any], pace: tuple[int, int, int], damping: float, source: float, platforms: dict[str, dict[str, Any]]) -> None:
    step_hours, weeks, most = pace
    scenario = setting_of({**base, "horizon__step_hours": step_hours, "horizon__weeks": weeks, "horizon__tail_days": min(base["horizon__tail_days"], most)},
                          platforms, damping, source)
    society = Society(scenario, Luck(scenario.run.seed))
    for world in WORLDS:
        agents, compiled = both_models(scenario, world, society)
        while agents.running:
            agents.step()
            compiled.step()
            check_same_model(agents, compiled)
