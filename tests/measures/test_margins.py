"""The next person's price, break-evens, bounds of overlap, and the bias of dashboards, against plain counting."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from simulation.engines.flights import plan_flights
from simulation.engines.record import Record
from simulation.engines.run import play_worlds
from simulation.engines.world import PAID, PROGRAMME, WORLDS
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.measures.cost import programme_spend
from simulation.measures.equivalent import Ladder
from simulation.measures.margins import break_even_advocates, break_even_month, fixed_cost, marginal_cost, naive_ad_effect, overlap_bounds, variable_cost
from simulation.measures.reach import advocates
from simulation.measures.tally import tally
from simulation.society.luck import Luck
from simulation.society.panel import Panel
from simulation.society.society import Society


class Played(NamedTuple):
    scenario: Scenario
    society: Society
    ladder: Ladder
    records: dict[str, Record]
    impressions: dict[str, NDArray[np.int64]]


@pytest.fixture(scope="module")
def played() -> Played:
    scenario = load_scenario("baseline", ["society.employees=40", "society.departments=4", "market.consumers=4000", "market.contacts_in_market_fraction=0.6", "horizon.weeks=2",
                                          "paid.budget=1560", "paid.cap=null", "programme.enrolment_fraction=0.7", "behaviour.offered_share_probability=0.3", "run.engine=compiled"])
    luck = Luck(11)
    society = Society(scenario, luck)
    flights = plan_flights(scenario, society)
    records = play_worlds(scenario, WORLDS, luck, society, flights)
    return Played(scenario, society, Ladder(flights, society.panel), records, {name: tally(record, 21).by_person for name, record in records.items()})


def test_the_next_person_through_ads_costs_what_a_smaller_budget_would_miss(played: Played) -> None:
    """Days buy whole impressions, so the smaller budget may differ by one on each of 14 days and 3 platforms."""
    scenario, society = played.scenario, played.society
    alone = played.impressions["neither"].sum(axis=0)

    def added(money: float) -> int:
        seen = np.zeros(alone.size, dtype=np.bool_)
        for flight in plan_flights(scenario.replace(paid__budget=money), society).values():
            seen[flight.place[flight.viewed]] = True
        return int(np.count_nonzero(seen & (alone == 0)))

    whole = added(1560.0)
    price = marginal_cost(scenario, played.ladder, played.records["advocacy"], alone)["paid"]
    assert price is not None
    assert abs(0.05 * played.ladder.spent / price - (whole - added(1500.0 + 0.95 * 60.0))) <= 42
    assert price > 60.0 / whole


def test_the_next_person_through_the_programme_is_counted_one_by_one(played: Played) -> None:
    record, alone = played.records["advocacy"], played.impressions["neither"].sum(axis=0)
    authors = defaultdict(set)
    for share, person in zip(record.deliveries.share.tolist(), record.deliveries.person.tolist(), strict=True):
        if person < 4000 and alone[person] == 0 and record.shares.channel[share] == PROGRAMME and not record.shares.critical[share]:
            authors[person].add(int(record.shares.author[record.shares.root[share]]))
    own = sum(len(names) == 1 for names in authors.values())
    assert 20 < own < len(authors)
    price = marginal_cost(played.scenario, played.ladder, record, alone)["programme"]
    assert price == pytest.approx(variable_cost(played.scenario, record) / own)


def test_with_so_many_advocates_a_person_costs_the_same_either_way(played: Played) -> None:
    scenario, record = played.scenario, played.records["advocacy"]
    active = advocates(record).size
    number = break_even_advocates(scenario, record, added=50.0 * active, paid_price=1.5)
    assert number is not None
    cost = fixed_cost(scenario) + number * variable_cost(scenario, record) / active
    assert cost / (50.0 * number) == pytest.approx(1.5)
    assert break_even_advocates(scenario, record, added=50.0 * active, paid_price=1e-6) is None
    assert break_even_advocates(scenario, record, added=50.0 * active, paid_price=None) is None
    assert fixed_cost(scenario) + variable_cost(scenario, record) == pytest.approx(programme_spend(scenario, record))


def days(reach: list[int], cost: list[float]) -> NDArray[np.float64]:
    return np.stack((reach, cost), axis=1).astype(np.float64)


def test_the_month_from_which_the_programme_stays_cheaper() -> None:
    length = 100
    neither, paid = days([1] * length, [0.0] * length), days([3] * length, [10.0] * length)
    late = days([1] * 40 + [21] * 60, [10.0] * length)
    worlds = {"neither": neither, "paid": paid}
    assert break_even_month({**worlds, "advocacy": late}) == 2.0
    assert break_even_month({**worlds, "advocacy": days([6] * length, [10.0] * length)}) == 1.0
    assert break_even_month({**worlds, "advocacy": days([2] * length, [10.0] * length)}) is None
    assert break_even_month({**worlds, "advocacy": neither}) is None


def test_common_heavy_users_overlap_more_than_strangers_do(played: Played) -> None:
    bounds = overlap_bounds(played.scenario, played.society.panel, played.impressions["both"])
    reaches = [np.count_nonzero(played.impressions["both"][channel]) / 4000 for channel in (PROGRAMME, PAID)]
    assert bounds["random"] == pytest.approx(reaches[0] * reaches[1] * 4000)
    assert bounds["random"] < bounds["common_activity"] <= min(reaches) * 4000
    nobody = np.zeros((4, 10), dtype=np.int64)
    assert set(overlap_bounds(played.scenario, Panel.whole(10), nobody).values()) == {0.0}


def test_dashboards_credit_ads_with_what_the_active_do_anyway(played: Played) -> None:
    """Ads cause no posts and no answers to posts here, so the true effect is nothing at all; those who see ads answer more all the same."""
    effect = naive_ad_effect(played.society.panel, played.records["both"], played.records["advocacy"], played.impressions["both"])
    assert effect["caused"] == 0.0
    assert effect["exposed"] is not None
    assert effect["unexposed"] is not None
    assert effect["exposed"] > 1.3 * effect["unexposed"] > 0
