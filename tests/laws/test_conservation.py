"""What must add up does: impressions, groups, people, money."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.behaviour.planning import ad_budget, media_by_platform
from simulation.engines.flights import plan_flights
from simulation.engines.model import AdvocacyModel
from simulation.engines.record import Record
from simulation.engines.world import CHANNELS, WORLDS
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.measures.comparison import WorldResult, world_result
from simulation.measures.cost import daily_cost, paid_spend, programme_spend
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.studies.pool import Task
from simulation.studies.replication import replicate

ANY_SETTING = {
    "society__employees": st.integers(1, 25), "market__consumers": st.integers(10, 600), "market__contacts_in_market_fraction": st.sampled_from([0.2, 1.0]),
    "horizon__step_hours": st.sampled_from([5, 24, 100, 168]), "horizon__tail_days": st.integers(0, 8),
    "programme__enrolment_fraction": st.sampled_from([0.0, 0.3, 1.0]), "page__posts_per_week": st.sampled_from([0.0, 2.5]),
    "paid__budget": st.sampled_from([0.0, 1500.0, 1503.7, 1520.0]), "paid__cap": st.sampled_from([None, {"impressions": 2, "days": 5}]),
    "behaviour__critical_fraction": st.sampled_from([0.0, 1.0]), "behaviour__offered_share_probability": st.sampled_from([0.05, 0.6]),
    "run__seed": st.integers(0, 2**63 - 1),
}


@settings(max_examples=12)
@given(changes=st.fixed_dictionaries(ANY_SETTING))
def test_impressions_people_and_money_add_up_whatever_the_setting(changes: dict[str, object], firm: Scenario) -> None:
    scenario = firm.replace(**changes, horizon__weeks=1)
    luck = Luck(scenario.run.seed).replication(0)
    society = Society(scenario, luck)
    model = AdvocacyModel(scenario, WORLDS["both"], luck=luck, society=society)
    model.run_model()
    record = model.record()
    result, impressions = world_result(scenario, society, record)
    assert np.array_equal(impressions, model.impressions)
    check_people(result, record, scenario)
    check_channels(result, record, scenario)
    check_days(result, scenario, record)


def check_people(result: WorldResult, record: Record, scenario: Scenario) -> None:
    """Impressions are the sum of k x people at k, people add up to the audience, reach is who has one or more."""
    for channel in (*CHANNELS, "any"):
        rows = result.frequency[result.frequency["channel"] == channel]
        totals = result.totals if channel == "any" else result.channels[channel]
        assert (rows["impressions"] * rows["people"]).sum() == totals["impressions"]
        assert rows["people"].sum() == scenario.market.consumers
        assert rows.loc[rows["impressions"] > 0, "people"].sum() == totals["reach"]
        assert np.count_nonzero(totals["reach"]) == 0 or totals["reach"] in range(1, scenario.market.consumers + 1)
        assert rows.loc[rows["impressions"] >= 3, "people"].sum() == totals["reach_3plus"]
        assert totals["frequency"] == (pytest.approx(totals["impressions"] / totals["reach"]) if totals["reach"] else None)


def check_channels(result: WorldResult, record: Record, scenario: Scenario) -> None:
    """A plain loop over the record finds the same impressions, and those of any channel are those of all four."""
    found: Counter[str] = Counter(dict.fromkeys(CHANNELS, 0))
    for share, person, showings in zip(record.deliveries.share, record.deliveries.person, record.deliveries.showings, strict=True):
        if person < scenario.market.consumers and not record.shares.critical[share]:
            found[CHANNELS[record.shares.channel[share]]] += int(showings)
    found["paid"] += record.ads.person.size
    assert {name: result.channels[name]["impressions"] for name in CHANNELS} == found
    assert result.totals["impressions"] == sum(found.values())
    for action in ("likes", "clicks", "reshares"):
        assert result.totals[action] == sum(result.channels[name][action] or 0 for name in CHANNELS)


def check_days(result: WorldResult, scenario: Scenario, record: Record) -> None:
    """Days add up to totals, platforms and channels to all and any; cost is spent once."""
    whole = result.daily[(result.daily["platform"] == "all") & (result.daily["channel"] == "any")]
    assert whole["impressions"].sum() == result.totals["impressions"]
    assert whole["new_reach"].sum() == result.totals["reach"]
    assert whole["likes"].sum() == result.totals["likes"]
    assert whole["cost"].sum() == pytest.approx(result.totals["cost"])
    parts = result.daily[(result.daily["platform"] != "all") & (result.daily["channel"] != "any")]
    for column in ("impressions", "likes", "clicks", "reshares", "shares"):
        assert parts[column].sum() == whole[column].sum()
    assert parts["cost"].sum() == pytest.approx(result.totals["cost"])
    table = daily_cost(scenario, record, int(np.ceil(scenario.horizon.end_hours / 24)))
    assert table.min() >= 0
    assert table.sum() == pytest.approx(programme_spend(scenario, record) + paid_spend(scenario, record))


@pytest.mark.parametrize("changes", [{}, {"paid__cap": {"impressions": 2, "days": 7}}, {"programme__enabled": False}, {"paid__enabled": False}], ids=str)
def test_four_groups_are_the_audience_and_match_the_channels(changes: dict[str, object], firm: Scenario) -> None:
    scenario = firm.replace(**changes)
    result = replicate(Task(scenario, 5, True))
    assert result.comparison is not None
    groups, both = result.comparison["groups"], result.worlds["both"].channels
    assert sum(groups.values()) == scenario.market.consumers
    assert groups["only_programme"] + groups["programme_and_paid"] == both["programme"]["reach"]
    assert groups["only_paid"] + groups["programme_and_paid"] == both["paid"]["reach"]
    reach = {name: world.totals["reach"] or 0 for name, world in result.worlds.items()}
    assert result.comparison["added_reach"] == {"programme": reach["advocacy"] - reach["neither"], "paid": reach["paid"] - reach["neither"]}
    assert result.comparison["incremental_reach"] == {"programme": reach["both"] - reach["paid"], "paid": reach["both"] - reach["advocacy"]}
    assert result.comparison["interaction"] == result.comparison["incremental_reach"]["paid"] - result.comparison["added_reach"]["paid"]


MONEY = st.decimals(1, 5_000, places=2).map(float)
PRICES = st.decimals("0.05", 90, places=2).map(float)


@settings(max_examples=25)
@given(budget=MONEY, prices=st.tuples(PRICES, PRICES, PRICES), fee=st.sampled_from([0.0, 0.15]), creative=st.sampled_from([0.0, 100.0]),
       cap=st.sampled_from([None, {"impressions": 1, "days": 3}]))
def test_no_platform_has_ever_spent_more_than_its_money_up_to_that_day(budget: float, prices: tuple[float, float, float], fee: float, creative: float,
                                                                       cap: dict[str, int] | None) -> None:
    scenario = load_scenario("baseline", ["society.employees=3", "market.consumers=120", "horizon.weeks=1"]).replace(
        paid__budget=budget, paid__cpm=dict(zip(("facebook", "linkedin", "twitter"), prices, strict=True)), paid__cost__fee_fraction=fee,
        paid__cost__creative=creative, paid__cap=cap, **{f"platforms__{name}__ad_opportunities_per_day": 5.0 for name in ("facebook", "linkedin", "twitter")})
    flights = plan_flights(scenario, Society(scenario, Luck(3)))
    media = media_by_platform(scenario)
    spent = 0.0
    for name, flight in flights.items():
        price = Fraction(scenario.paid.cpm[name]) / 1000
        served = np.bincount((flight.hours // 24).astype(int), minlength=7)
        assert served.tolist() == (np.round(flight.spend / scenario.paid.cpm[name] * 1000)).astype(int).tolist()
        for day in range(7):
            # served_per_day forgives 1e-9 of an impression, so that a budget of exactly n impressions buys n
            assert int(served[: day + 1].sum()) * price <= Fraction(media[name]) * (day + 1) / 7 + Fraction(2, 10**9) * price
        assert flight.spend.sum() <= media[name] * (1 + 1e-12)
        spent += float(flight.spend.sum())
    assert spent * (1 + fee) + (creative if spent else 0.0) <= budget * (1 + 1e-12)


@pytest.mark.parametrize("budget", [1501.0, 1530.0, 1600.0])
def test_ads_never_cost_more_than_their_budget(budget: float, firm: Scenario, play: Callable[..., Record]) -> None:
    scenario = firm.replace(paid__budget=budget)
    for replication in range(2):
        cost = paid_spend(scenario, play(scenario, "paid", replication))
        assert 0 < cost <= budget == ad_budget(scenario)
