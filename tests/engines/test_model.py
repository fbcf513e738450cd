"""The model is an ordinary Mesa model on either engine: it steps, holds agents, can be collected from; that of agents can be subclassed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest

from simulation.engines.agents import Consumer, Employee, Moment, Offer
from simulation.engines.model import AdvocacyModel
from simulation.engines.record import Record
from simulation.engines.run import ENGINES
from simulation.engines.world import CHANNELS, PROGRAMME, WORLDS
from simulation.inputs.parameters import Scenario
from simulation.measures.reach import daily_table, frequency_table, reach_by_depth, reactions_by_channel
from simulation.measures.tally import newly_reached, tally
from simulation.society.follows import EMPLOYEES
from simulation.society.luck import Luck
from simulation.society.society import Society


class Never(Employee):
    """Never shares."""

    def decide_to_share(self, offers: Sequence[Offer], moments: Sequence[Moment]) -> None:
        """Do nothing."""


class Always(Employee):
    """Shares whatever is offered."""

    def share_probability(self, offer: Offer, peers: float) -> Any:
        """Certainty."""
        return 1.0


class Curious(Consumer):
    """Counts what appears."""

    noticed = 0

    def notice(self, share: Any) -> None:
        """Count, and do as everybody does."""
        self.noticed += 1
        super().notice(share)


@pytest.fixture(scope="module")
def small(tiny: Scenario) -> Scenario:
    return tiny.replace(paid__budget=1530.0, paid__cap=None, programme__enrolment_fraction=0.5, behaviour__offered_share_probability=0.2,
                        behaviour__monthly_sharers_fraction=0.3)


@pytest.fixture(scope="module", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> type[AdvocacyModel]:
    """The class of an engine; without another behaviour every law below is that of both."""
    return ENGINES[request.param]


@pytest.fixture(scope="module")
def ended(small: Scenario, engine: type[AdvocacyModel]) -> AdvocacyModel:
    model = engine(small)
    model.run_model()
    return model


def programme_reach(scenario: Scenario, employee_class: type[Employee]) -> int:
    """Reach of the programme after the whole campaign."""
    model = AdvocacyModel(scenario, WORLDS["advocacy"], employee_class=employee_class)
    model.run_model()
    return model.reach("programme")


def test_steps_move_time_and_hours_until_the_tail_is_over(small: Scenario, engine: type[AdvocacyModel]) -> None:
    model = engine(small)
    assert (model.steps, model.time, model.hours, model.running) == (0, 0, 0.0, True)
    for number in range(1, 22):
        assert model.running
        model.step()
        assert (model.steps, model.time, model.hours) == (number, number, 24.0 * number)
    assert not model.running


@pytest.mark.parametrize(("step_hours", "steps"), [(5, 101), (24, 21), (100, 6), (168, 3)])
def test_the_last_step_ends_with_the_tail(step_hours: int, steps: int, small: Scenario, engine: type[AdvocacyModel]) -> None:
    model = engine(small.replace(horizon__step_hours=step_hours, programme__enabled=False, paid__enabled=False))
    model.run_model()
    assert (model.steps, model.hours) == (steps, small.horizon.end_hours)


def test_agents_are_the_employees_and_everybody_who_was_touched(ended: AdvocacyModel, small: Scenario) -> None:
    agents = ended.agents
    assert sorted(agent.identity for agent in agents if isinstance(agent, Employee)) == [EMPLOYEES + place for place in range(small.society.employees)]
    consumers = {agent.identity for agent in agents if isinstance(agent, Consumer)}
    record = ended.record()
    touched = set(np.flatnonzero(ended.impressions.any(axis=0)).tolist()) | set(record.deliveries.person[record.deliveries.person < record.consumers].tolist())
    assert consumers == touched
    assert len(agents) == len(consumers) + small.society.employees
    assert len(agents.select(agent_type=Consumer)) == len(consumers)
    assert len({agent.unique_id for agent in agents}) == len(agents)


def test_agents_by_type_holds_everybody_whom_agents_holds(small: Scenario, engine: type[AdvocacyModel]) -> None:
    """Ads reach people in bulk; asking by type must not miss those whom nothing else has touched."""
    model = engine(small.replace(page__enabled=False), WORLDS["paid"])
    model.run_model()
    by_type = {kind: len(found) for kind, found in model.agents_by_type.items()}
    assert by_type.get(Consumer, 0) == len(model.agents) - small.society.employees >= model.reach() > 0
    assert by_type[Employee] == small.society.employees


def test_consumers_know_their_own_impressions(ended: AdvocacyModel) -> None:
    table = tally(ended.record(), 21).by_person
    assert np.array_equal(table, ended.impressions)
    for agent in ended.agents.select(lambda agent: isinstance(agent, Consumer)):
        assert list(agent.impressions.values()) == table[:, agent.identity].tolist()
        assert tuple(agent.impressions) == CHANNELS


def test_reach_is_that_of_the_record(ended: AdvocacyModel) -> None:
    table = tally(ended.record(), 21).by_person
    assert ended.reach() == np.count_nonzero(table.any(axis=0)) > 0
    for number, channel in enumerate(CHANNELS):
        assert ended.reach(channel) == np.count_nonzero(table[number]) > 0


def test_mesas_collector_sees_reach_grow(small: Scenario, engine: type[AdvocacyModel]) -> None:
    model = engine(small)
    collector = mesa.DataCollector(model_reporters={"reach": lambda model: model.reach(), "paid": lambda model: model.reach("paid"), "people": lambda model: len(model.agents)},
                                   agent_reporters={"identity": "identity"})
    while model.running:
        model.step()
        collector.collect(model)
    frame = collector.get_model_vars_dataframe()
    assert len(frame) == 21
    assert frame["reach"].is_monotonic_increasing
    assert frame["reach"].iloc[-1] == model.reach() > frame["reach"].iloc[0]
    assert (frame["paid"] <= frame["reach"]).all()
    assert (frame["people"] >= frame["reach"] + small.society.employees).all()
    assert collector.get_agent_vars_dataframe()["identity"].notna().all()


def test_watching_changes_nothing(small: Scenario, ended: AdvocacyModel, engine: type[AdvocacyModel]) -> None:
    model = engine(small)
    while model.running:
        model.step()
        assert len(model.agents.select(lambda agent: True)) >= small.society.employees
        model.record()
    for table, other in zip(model.record()[3:8], ended.record()[3:8], strict=True):
        for column, expected in zip(table, other, strict=True):
            assert np.array_equal(column, expected)


def test_employees_who_never_share_give_the_programme_no_reach(small: Scenario) -> None:
    assert programme_reach(small, Never) == 0


def test_employees_who_always_share_reach_more_than_others_do(small: Scenario, ended: AdvocacyModel) -> None:
    assert programme_reach(small, Always) > ended.reach("programme")
    model = AdvocacyModel(small, WORLDS["advocacy"], employee_class=Always)
    model.run_model()
    record = model.record()
    own = (record.shares.channel == PROGRAMME) & (record.shares.depth == 0)
    enrolled = EMPLOYEES + np.flatnonzero(model.society.staff.enrolled)
    assert set(record.shares.author[own].tolist()) <= set(enrolled.tolist())
    items = int(small.programme.items_per_week * small.horizon.weeks)
    assert np.unique(record.shares.item[own]).size == items


def test_another_kind_of_consumer_can_be_handed_in(small: Scenario) -> None:
    model = AdvocacyModel(small, consumer_class=Curious)
    model.run_model()
    record = model.record()
    expected = np.bincount(record.deliveries.person[record.deliveries.person < record.consumers], minlength=record.consumers)
    for agent in model.agents.select(lambda agent: isinstance(agent, Curious)):
        assert agent.noticed == expected[agent.identity]


def test_a_model_built_from_its_scenario_alone_is_replication_nought(small: Scenario, ended: AdvocacyModel, engine: type[AdvocacyModel]) -> None:
    luck = Luck(small.run.seed).replication(0)
    model = engine(small, WORLDS["both"], luck=luck, society=Society(small, luck))
    model.run_model()
    assert np.array_equal(model.impressions, ended.impressions)


@pytest.mark.parametrize("world", WORLDS)
def test_a_world_runs_only_the_campaigns_that_it_names_and_the_scenario_allows(world: str, small: Scenario, engine: type[AdvocacyModel]) -> None:
    assert engine(small, WORLDS[world]).world == WORLDS[world]
    off = small.replace(programme__enabled=False, paid__enabled=False)
    assert not any(engine(off, WORLDS[world]).world)


def test_people_like_click_and_reshare_an_item_at_most_once(tiny: Scenario, engine: type[AdvocacyModel]) -> None:
    eager = tiny.replace(**{f"platforms__{name}__{action}_rate": 0.1 for name in tiny.platforms.names() for action in ("like", "click")},
                         market__contacts_in_market_fraction=1.0)
    model = engine(eager, WORLDS["advocacy"])
    model.run_model()
    record = model.record()
    of = record.reactions.share
    deeds = list(zip(record.reactions.action.tolist(), record.shares.item[of].tolist(), record.shares.platform[of].tolist(), record.reactions.person.tolist(), strict=True))
    assert len(deeds) > 50
    assert len(deeds) == len(set(deeds))


# Measures of what the model left behind

def test_frequencies_keep_everybody_and_every_impression(ended: AdvocacyModel, small: Scenario) -> None:
    table = frequency_table(ended.panel, tally(ended.record(), 21).by_person)
    for channel, rows in table.groupby("channel"):
        assert rows["people"].sum() == small.market.consumers
        total = ended.impressions.sum() if channel == "any" else ended.impressions[CHANNELS.index(str(channel))].sum()
        assert (rows["people"] * rows["impressions"]).sum() == total
        assert rows["impressions"].is_unique


def days_of(record: Record) -> pd.DataFrame:
    counted = tally(record, 21)
    return daily_table(record, counted, newly_reached(counted.first, record.panel.weights, 21), np.zeros(counted.by_day.shape))


def test_days_add_up_to_the_whole(ended: AdvocacyModel) -> None:
    record = ended.record()
    days = days_of(record)
    reactions = reactions_by_channel(record)
    for number, channel in enumerate(CHANNELS):
        rows = days[(days["platform"] == "all") & (days["channel"] == channel)]
        assert rows["day"].tolist() == list(range(21))
        assert rows["impressions"].sum() == ended.impressions[number].sum()
        assert rows["new_reach"].sum() == ended.reach(channel)
        assert rows[["likes", "clicks", "reshares"]].sum().tolist() == reactions[number].tolist()
    whole = days[(days["platform"] == "all") & (days["channel"] == "any")]
    assert whole["shares"].sum() == np.count_nonzero(~record.shares.critical)


def test_a_day_holds_the_impressions_of_its_hours(ended: AdvocacyModel) -> None:
    record = ended.record()
    posts, ads = record.deliveries, record.ads
    good = (posts.person < record.consumers) & ~record.shares.critical[posts.share]
    hours, person = np.concatenate((posts.hours[good], ads.hours)), np.concatenate((posts.person[good], ads.person))
    showings = np.concatenate((posts.showings[good], np.ones(ads.person.size, dtype=np.int64)))
    days = days_of(record)
    whole = days[(days["platform"] == "all") & (days["channel"] == "any")].set_index("day")
    for day in range(21):
        mine = (hours >= 24 * day) & (hours < 24 * (day + 1))
        assert whole.loc[day, "impressions"] == showings[mine].sum()
        assert whole.loc[day, "new_reach"] == np.setdiff1d(person[mine], person[hours < 24 * day]).size


def test_first_impressions_by_depth_are_the_reach_of_posts(ended: AdvocacyModel) -> None:
    assert sum(reach_by_depth(ended.record()).values()) == np.count_nonzero(ended.impressions[:3].any(axis=0))
