"""Agents and compiled code play the same: every event and every counter at every step, whatever the setting; and one summary comes of both."""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from simulation.behaviour.sharing import unprompted_probability
from simulation.compiling import use_threads
from simulation.engines.agents import Consumer, Employee, Offer
from simulation.engines.calendar import Due
from simulation.engines.compiled import CompiledModel
from simulation.engines.flights import plan_flights
from simulation.engines.kernels import decide
from simulation.engines.model import AdvocacyModel
from simulation.engines.record import Record
from simulation.engines.share import programme_item
from simulation.engines.world import ACTIONS, NATURAL, PAGE, PAID, PROGRAMME, WORLDS
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.society import foci
from simulation.society import society as society_module
from simulation.society.follows import EMPLOYEES
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
    "paid__spill_over": [0.0, 1.0, 8.0],
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
    setting = {key: draw.choice(values) for key, values in CHOICES.items()}
    if setting["market__sample_fraction"] < 1:
        setting["paid__spill_over"] = 0.0
    scenario = load_scenario("baseline").replace(
        **setting, platforms=platforms, paid__cpm=dict.fromkeys(names, 6.0),
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
    if agents.hours % 6 == 0 or not agents.running:  # with steps of an hour, making the columns takes longer than playing
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


@pytest.fixture(scope="module")
def lively() -> Scenario:
    """A setting in which everything happens: a loud firm whose posts are liked and passed on, most of its audience in the market, ads for a day each."""
    rates = {"like_rate": 0.1, "click_rate": 0.1, "reshare_rate": 0.04, "ad_like_rate": 0.3, "ad_click_rate": 0.5, "advocate_fraction": 1.0, "visibility_fraction": 0.4}
    return load_scenario("baseline", ["society.employees=30", "society.departments=2", "market.consumers=1500", "market.contacts_in_market_fraction=0.6", "horizon.weeks=2",
                                      "paid.budget=1540", "paid.creative_days=2", "paid.spill_over=2", "programme.enrolment_fraction=0.6", "programme.displacement_fraction=0.5",
                                      "behaviour.offered_share_probability=0.4", "behaviour.monthly_sharers_fraction=0.25", "behaviour.hop_damping=0.04",
                                      "page.followers=300", "behaviour.peer_influence=2"]).replace(
        **{f"platforms__{name}__{key}": value for name in ("facebook", "linkedin", "twitter") for key, value in rates.items()})


def test_models_agree_where_everything_happens(lively: Scenario) -> None:
    """The same in a larger world, in which it is seen to that no kind of event is missing and every table has grown."""
    society = Society(lively, Luck(5))
    alone, _ = agree_step_by_step(lively, society, "neither")
    agents, compiled = agree_step_by_step(lively, society, "both")
    record = agents.record()
    shares, reactions, consumers = record.shares, record.reactions, record.consumers
    staff, market, strangers = reactions.person >= EMPLOYEES, reactions.person < consumers, (reactions.person >= consumers) & (reactions.person < EMPLOYEES)
    passed_on = reactions.action == ACTIONS.index("reshare")
    counts = {
        "shares of each channel": min(np.count_nonzero(shares.channel == channel) for channel in (PAGE, NATURAL, PROGRAMME)),
        "critical": np.count_nonzero(shares.critical), "passed on": np.count_nonzero(shares.depth == 1), "passed on twice": np.count_nonzero(shares.depth == 2),
        "passed on by staff": np.count_nonzero((shares.depth > 0) & (shares.author >= EMPLOYEES)), "beyond the followers": np.count_nonzero(record.deliveries.outside),
        "passed on by strangers": np.count_nonzero(passed_on & strangers), "likes of strangers": np.count_nonzero(~passed_on & strangers),
        "each action of staff": min(np.count_nonzero((reactions.action == action) & staff) for action in range(3)),
        "each action of the market": min(np.count_nonzero((reactions.action == action) & market) for action in range(3)),
        "each answer to ads": min(np.count_nonzero(record.ad_reactions.action == action) for action in range(2)),
        "ads seen unpaid": np.count_nonzero(shares.channel[record.deliveries.share] == PAID),
        "each answer to ads seen unpaid": min(np.count_nonzero((reactions.action == action) & (shares.channel[reactions.share] == PAID)) for action in range(2)),
        "posts displaced": np.setdiff1d(alone.record().shares.item, shares.item).size,
        "tired": np.count_nonzero(agents.state.fatigue), "gladdened": np.count_nonzero(agents.state.engagement), "used to it": np.count_nonzero(agents.state.habit),
    }
    assert {name: count for name, count in counts.items() if count < 2} == {}
    offered = np.isin(shares.author - EMPLOYEES, np.flatnonzero(society.staff.enrolled))
    assert not np.any(offered & (shares.channel == PROGRAMME) & (shares.depth > 0))
    assert shares.author.size > 256
    assert record.deliveries.hours.size > 1 << 14
    assert compiled._keys.size > 1 << 12


def test_models_agree_where_everybody_passes_everything_on(lively: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the guard against such settings taken away, in a market of 30: items go round until everybody has passed them on, and come back to their authors."""
    monkeypatch.setattr(society_module, "MOST_OFFSPRING", np.inf)
    scenario = lively.replace(market__consumers=30, market__contacts_in_market_fraction=0.5, behaviour__hop_damping=1.0, behaviour__source_multiplier=6.0, platforms__linkedin=None,
                              paid__cpm={"facebook": 6.0, "twitter": 6.0}, **{f"platforms__{name}__reshare_rate": 0.2 for name in ("facebook", "twitter")})
    agents, _ = agree_step_by_step(scenario, Society(scenario, Luck(1)), "both")
    record = agents.record()
    shares, reactions = record.shares, record.reactions
    own = (reactions.action == ACTIONS.index("reshare")) & (reactions.person == shares.author[shares.root[reactions.share]])
    assert shares.depth.max() >= 4
    assert np.count_nonzero(own) >= 3
    assert np.unique(np.stack((shares.author, shares.item.view(np.int64), shares.platform)), axis=1).shape[1] == shares.author.size


def test_compiled_employees_share_at_the_chances_that_agents_work_out(lively: Scenario) -> None:
    """In whatever mood they are: below the chance they share, above they do not, a trillionth of it to either side."""
    scenario, hours = lively.replace(behaviour__peer_days=3.0, behaviour__topic_match=1.0), 240.0
    society = Society(scenario, Luck(5))
    count, uniforms = scenario.society.employees, np.stack([Luck(9).uniforms("engagement", part, who=np.arange(30)) for part in range(6)])
    for world in WORLDS:
        agents, compiled = both_models(scenario, world, society)
        lately = np.array([hours - 72.0, np.nextafter(hours - 72.0, 0.0), hours - 1.0, -np.inf, hours - 73.5])[(uniforms[5] * 5).astype(np.int64)]
        for model in (agents, compiled):
            model.hours = hours
            for column, values in zip(model.state, (3 * uniforms[0], 2 * uniforms[1], uniforms[2], hours * uniforms[3], lately), strict=True):
                column[:] = values
        place, item = np.repeat(np.arange(count), 4), np.array([programme_item(number % 4) for number in range(4 * count)], dtype=np.uint64)
        topics = np.array([agents.item_topic(int(each)) for each in item])
        offers, moments = [], []
        for employee in agents.employees:
            peers = scenario.behaviour.peer_influence * employee.peers()
            offers += [float(employee.share_probability(Offer(number, programme_item(number), "facebook", hours, 0.5), peers)) for number in range(4)]
            moments += [float(unprompted_probability(employee.manager_lift, employee.privacy_loss, peers))] * 4
        displaced, enrolled = np.arange(4 * count) % 2 == 1, society.staff.enrolled[place]
        assert np.unique(offers).size > count >= np.unique(moments).size > 3
        for side, shares in ((1 - 1e-12, True), (1 + 1e-12, False)):
            nothing = np.zeros(4 * count, dtype=np.bool_)
            due = Due(place, ~nothing, np.arange(4 * count), item, np.zeros(4 * count, dtype=np.int64), np.full(4 * count, hours), np.array(offers) * side, nothing, nothing)
            assert (decide(due, topics, hours, compiled.traits, compiled.state, compiled._mood) == shares).all()
            due = due._replace(offered=nothing, luck=np.array(moments) * side, displaced=displaced)
            kept = ~(displaced & enrolled & agents.world.programme)
            assert (decide(due, topics, hours, compiled.traits, compiled.state, compiled._mood) == (shares & kept)).all()


def test_threads_change_nothing(lively: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of followers and flights are made in pieces, in as many threads as allowed."""
    plain = played_alone(lively, CompiledModel)
    monkeypatch.setattr(foci, "AT_ONCE", 7)
    use_threads(3)
    try:
        check_same_record(played_alone(lively, CompiledModel), plain)
    finally:
        use_threads(1)


def played_alone(scenario: Scenario, engine: type[AdvocacyModel]) -> Record:
    """A model that builds everything itself, at its end."""
    model = engine(scenario, WORLDS["both"], luck=Luck(6))
    model.run_model()
    return model.record()


def test_stepping_by_hand_is_running(lively: Scenario) -> None:
    scenario, steps = lively.replace(horizon__weeks=1, market__consumers=300), 0
    model = CompiledModel(scenario, WORLDS["both"], luck=Luck(6))
    while model.running:
        model.step()
        steps += 1
        assert (model.steps, model.hours) == (steps, 24.0 * steps)
    check_same_record(model.record(), played_alone(scenario, CompiledModel))
    check_same_record(model.record(), played_alone(scenario, AdvocacyModel))


# Views of compiled tables

@pytest.mark.parametrize("steps", [0, 3, 21])
@pytest.mark.parametrize("changes", [{}, {"market__sample_fraction": 0.2}], ids=str)
def test_agents_of_the_compiled_engine_show_what_agents_are(changes: dict[str, Any], steps: int, lively: Scenario) -> None:
    """At the start, on the way and at the end: who is there, what they are like, and what came to them and of them."""
    scenario = lively.replace(market__consumers=400, **changes)
    models = both_models(scenario, "both", Society(scenario, Luck(8)))
    for _ in range(steps):
        for model in models:
            model.step()
    agents, compiled = ({agent.identity: agent for agent in model.agents} for model in models)
    assert agents.keys() == compiled.keys()
    assert {kind: len(found) for kind, found in models[0].agents_by_type.items()} == {kind: len(found) for kind, found in models[1].agents_by_type.items()}
    assert [employee.identity for employee in models[0].employees] == [employee.identity for employee in models[1].employees]
    for identity, agent in agents.items():
        other = compiled[identity]
        assert type(agent) is type(other)
        assert (agent.affinity, agent.interest, agent.deliveries, agent.done) == (other.affinity, other.interest, other.deliveries, other.done)
        if isinstance(agent, Consumer):
            assert agent.impressions == other.impressions
        else:
            for name in ("place", "department", "segment", "enrolled", "connected", "base", "manager_lift", "privacy_loss", "character", "shares", "last_share", "settled",
                         "programme_shares", "shared_at"):
                assert getattr(agent, name) == getattr(other, name), name
            assert agent.colleagues.tolist() == other.colleagues.tolist()
            assert agent.peers() == other.peers()
            assert (agent.fatigue, agent.engagement, agent.habit) == pytest.approx((other.fatigue, other.engagement, other.habit), rel=1e-12, abs=0)
    if steps == 21:
        assert max(len(agent.deliveries) for agent in agents.values()) > 5
        assert {action for agent in agents.values() for action, _ in agent.done} == set(ACTIONS)


def test_what_is_written_to_a_view_is_written_to_the_table(lively: Scenario) -> None:
    model = CompiledModel(lively.replace(market__consumers=100))
    for place, name in enumerate(("fatigue", "engagement", "habit", "last_share", "settled")):
        setattr(model.employees[3], name, 0.5 + place)
        assert getattr(model.state, name)[3] == getattr(model.employees[3], name) == 0.5 + place


class Another(Employee):
    """Another kind of employee, however alike."""


class Stranger(Consumer):
    """Another kind of consumer."""


@pytest.mark.parametrize("kind", [{"employee_class": Another}, {"consumer_class": Stranger}, {"employee_class": Another, "consumer_class": Stranger}], ids=str)
def test_agents_with_a_behaviour_of_their_own_need_the_engine_of_agents(kind: dict[str, Any], lively: Scenario) -> None:
    scenario = lively.replace(market__consumers=100)
    with pytest.raises(InputError, match=r"(Another|Stranger); allowed: (Employee|Consumer) itself.*--engine agents"):
        CompiledModel(scenario, **kind)
    assert AdvocacyModel(scenario, **kind).engine == "agents"
    assert CompiledModel(scenario, employee_class=Employee, consumer_class=Consumer).engine == "compiled"
