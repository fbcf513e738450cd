"""Flights of a campaign: weeks, platforms, money, prices and caps of their own; and the closed form of what they reach."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simulation.behaviour.planning import media_by_platform, spells
from simulation.engines.flights import Flight, plan_flights
from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.measures.closed_forms import paid_reach
from simulation.presentation.chart_verdict import mean_cpm
from simulation.society.luck import Luck
from simulation.society.panel import Panel
from simulation.society.population import People

FLIGHTS: list[dict[str, Any]] = [{"name": "launch", "platforms": ["facebook", "twitter"], "last_week": 2, "weight": 3.0, "cpm": {"twitter": 10.0}, "cap": {"impressions": 1, "days": 7}},
                                 {"name": "reminder", "platforms": ["facebook"], "first_week": 4, "weight": 1.0, "cap": {"impressions": 2, "days": 3}},
                                 {"name": "trade", "platforms": ["linkedin"], "first_week": 2, "last_week": 3, "weight": 1.0}]


def market(consumers: int = 6_000, **changes: Any) -> Scenario:
    """Four weeks on three platforms for 100 of media money, all ads seen."""
    return load_scenario("baseline", ["society.employees=1", "society.departments=1", "horizon.weeks=4", "paid.cost.creative=0", "paid.budget=100", "paid.viewable_fraction=1",
                                      f"market.consumers={consumers}"]).replace(**changes)


def fly(scenario: Scenario, seed: int = 3) -> dict[str, Flight]:
    luck = Luck(seed)
    return plan_flights(scenario, SimpleNamespace(people=People(scenario, luck), luck=luck, panel=Panel.whole(scenario.market.consumers)))  # type: ignore[arg-type]


@pytest.mark.parametrize("changes", [{}, {"paid__cap": None}, {"paid__pricing": "auction"}, {"paid__split": {"facebook": 2.0, "twitter": 1.0}},
                                     {"paid__pricing": "reservation", "paid__reservation__impressions": {"facebook": 900}}], ids=str)
def test_one_flight_of_everything_is_the_campaign(changes: dict[str, Any]) -> None:
    plain = market(**changes)
    whole = plain.replace(paid__flights=[{"name": "all"}])
    assert plain.bought_platforms == pytest.approx(whole.bought_platforms)
    one, other = fly(plain), fly(whole)
    assert one.keys() == other.keys()
    for name in one:
        for column, same in zip(one[name], other[name], strict=True):
            assert np.allclose(column, same)


def test_each_flight_has_its_weeks_platforms_money_price_and_cap() -> None:
    scenario = market(paid__flights=FLIGHTS)
    flights = fly(scenario)
    assert scenario.bought_platforms == pytest.approx({"facebook": 0.3 + 0.2, "linkedin": 0.2, "twitter": 0.3})
    assert media_by_platform(scenario) == pytest.approx({"facebook": 50.0, "linkedin": 20.0, "twitter": 30.0})
    for name, first, stop, money, cpm in (("facebook", 0, 14, 30.0, 6.33), ("facebook", 21, 28, 20.0, 6.33), ("linkedin", 7, 21, 20.0, 29.43), ("twitter", 0, 14, 30.0, 10.0)):
        flight = flights[name]
        days = (flight.hours // 24).astype(int)
        served = np.count_nonzero((days >= first) & (days < stop))
        assert flight.spend[first:stop].sum() == pytest.approx(served * cpm / 1000)
        assert money - cpm / 1000 <= flight.spend[first:stop].sum() <= money * (1 + 1e-12)
        assert flight.spend[first:stop] == pytest.approx(money / (stop - first), abs=cpm / 1000 + 1e-9)
    for name, pauses in (("facebook", slice(14, 21)), ("linkedin", slice(0, 7)), ("linkedin", slice(21, 28)), ("twitter", slice(14, 28))):
        assert flights[name].spend[pauses].sum() == 0
    place, days = flights["facebook"].place, (flights["facebook"].hours // 24).astype(int)
    assert np.all(np.diff(flights["facebook"].hours) >= 0)
    assert np.unique(place[days < 14] + 10_000 * (days[days < 14] // 7), return_counts=True)[1].max() == 1
    assert np.unique(place[days >= 21] + 10_000 * (days[days >= 21] // 3), return_counts=True)[1].max() == 2


def test_a_reserved_volume_is_split_over_flights_as_the_money_is() -> None:
    scenario = market(paid__flights=FLIGHTS, paid__pricing="reservation", paid__reservation__impressions={"facebook": 1000}, paid__cap=None)
    assert [spell.prices.volume for spell in spells(scenario, "facebook")] == pytest.approx([600.0, 400.0])
    assert fly(scenario)["facebook"].hours.size == pytest.approx(1000, abs=2)


@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("changes", [{}, {"paid__cap": None}, {"paid__pricing": "auction"}], ids=str)
def test_flights_reach_what_the_closed_form_says(times: int, changes: dict[str, Any]) -> None:
    # Fixed seeds 0-4, 12,000 people: standard error of the mean of five parts below sqrt(0.25 / 60,000) = 0.0021; 4 of them and the grid of the closed form: below 1e-4
    scenario = market(12_000, paid__flights=FLIGHTS, paid__budget=250.0, **changes)
    found = []
    for seed in range(5):
        counts = sum(np.bincount(flight.place[flight.viewed], minlength=12_000) for flight in fly(scenario, seed).values())
        found.append(np.count_nonzero(counts >= times) / 12_000)
    assert np.mean(found) == pytest.approx(paid_reach(scenario, media_by_platform(scenario), times), abs=0.01)
    assert np.mean(found) > 0.1


def test_the_mean_price_of_a_platform_is_that_of_all_its_flights() -> None:
    scenario = market(paid__flights=[{"name": "dear", "last_week": 1, "cpm": {"facebook": 20.0}, "weight": 3.0}, {"name": "cheap", "first_week": 2, "cpm": {"facebook": 5.0}}])
    assert mean_cpm(scenario, "facebook") == pytest.approx(1.0 / (0.75 / 20 + 0.25 / 5))
    assert mean_cpm(scenario, "linkedin") == pytest.approx(29.43)
    assert mean_cpm(market(), "facebook") == 6.33


@pytest.mark.parametrize(("flights", "said"), [
    ("[{name: a}, {name: b}]", "'a' and 'b' run on the same platform in the same weeks"),
    ("[{name: a, last_week: 2}, {name: b, first_week: 2, platforms: [twitter]}]", "one at a time on each platform"),
    ("[{name: a, last_week: 2}, {name: a, first_week: 3}]", "two are called 'a'"),
    ("[{name: a, first_week: 3, last_week: 2}]", "ends in week 2, before its first week 3"),
    ("[{name: a, first_week: 20}]", "allowed: weeks 1 to 13"),
    ("[{name: a, platforms: [facebok]}]", "'a' names 'facebok'; allowed: facebook, linkedin, twitter"),
    ("[{name: a, cpm: {facebook: 0}}]", "cpm.facebook is 0"),
    ("[]", "names none"),
])
def test_flights_that_make_no_sense_are_refused(flights: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        load_scenario("baseline", [f"paid.flights={flights}"])


def test_flights_have_no_bursts_beside_them() -> None:
    with pytest.raises(InputError, match="leave bursts out"):
        load_scenario("baseline", ["paid.flights=[{name: a}]", "paid.bursts=[{first_week: 2}]"])
