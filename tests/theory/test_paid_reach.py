"""Paid reach is negative binomial on the people who can be reached, and money is a prefix."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from simulation.behaviour.planning import media_by_platform
from simulation.engines.flights import Flight, plan_flights
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.measures.closed_forms import common_activity_union, nbd_at_least, paid_reach, sainsbury
from simulation.society.luck import Luck
from simulation.society.panel import Panel
from simulation.society.population import People


def one_platform(consumers: int, **changes: Any) -> Scenario:
    """Facebook alone, no cap, no creative: money for one impression seen a head and more, far below the places there are."""
    scenario = load_scenario("baseline", ["society.employees=1", "society.departments=1", "horizon.weeks=2", "platforms.linkedin=null", "platforms.twitter=null",
                                          "paid.cost.creative=0", "paid.cap=null", f"market.consumers={consumers}"])
    return scenario.replace(**changes)


def fly(scenario: Scenario, seed: int) -> dict[str, Flight]:
    """Flights of one seed: they need people and luck, no ties."""
    luck = Luck(seed)
    return plan_flights(scenario, SimpleNamespace(people=People(scenario, luck), luck=luck, panel=Panel.whole(scenario.market.consumers)))  # type: ignore[arg-type]


def reach_at_least(scenario: Scenario, seed: int) -> tuple[np.ndarray, float, int]:
    """Fraction of the reachable with k or more impressions seen (k = 1 to 10), expected impressions seen a head, and the reachable."""
    flight = fly(scenario, seed)["facebook"]
    counts = np.bincount(flight.place[flight.viewed], minlength=scenario.market.consumers)
    seen = np.array([np.count_nonzero(counts >= times) for times in range(1, 11)]) / flight.reachable
    return seen, flight.hours.size * scenario.paid.viewable_fraction / flight.reachable, flight.reachable


def bound(reach: float, people: float) -> float:
    return float(3.3 * np.sqrt(reach * (1 - reach) / people) + 1 / people)


@pytest.mark.parametrize("viewable", [1.0, 0.54])
@pytest.mark.parametrize(("shape", "budget"), [(0.5, 300.0), (0.25, 100.0), (1.0, 60.0)])
def test_reach_at_every_frequency_is_negative_binomial(shape: float, budget: float, viewable: float) -> None:
    # Fixed seed 14; 20,000 consumers of whom some 13,500 reachable. 3.3 standard errors and one person: 0.00097 each for a
    # normal, 60 comparisons, of which those of one flight go together: false alarm at most 6%; the seed is fixed.
    scenario = one_platform(20_000, paid__viewable_fraction=viewable, behaviour__activity_shape=shape, paid__budget=budget)
    seen, mean, people = reach_at_least(scenario, 14)
    assert 0.1 < mean < 5
    for times, fraction in enumerate(seen, start=1):
        expected = nbd_at_least(times, mean, shape)
        assert abs(fraction - expected) <= bound(expected, people), times


@pytest.mark.parametrize("viewable", [1.0, 0.54])
def test_over_many_seeds_the_negative_binomial_fails_no_more_often_than_chance(viewable: float) -> None:
    # 60 seeds (0-59), 5,000 consumers, k = 1 to 10: 600 comparisons at 0.00097 or less each, 0.58 failures expected; for
    # independent ones P(6 or more) = 3e-5. Those of one seed go together, so count seeds as well: each fails with at most
    # 0.0097, P(5 or more of 60) = 4e-4. The mean of all seeds must lie within 3.3 standard errors at each k: 20 more
    # comparisons at 0.001. False alarm in all: 2.5%; the seeds are fixed
    scenario = one_platform(5_000, paid__viewable_fraction=viewable, paid__budget=80.0)
    failures, failing, errors, spread = 0, 0, np.zeros(10), np.zeros(10)
    for seed in range(60):
        seen, mean, people = reach_at_least(scenario, seed)
        expected = np.array([nbd_at_least(times, mean, 0.5) for times in range(1, 11)])
        missed = sum(abs(a - b) > bound(b, people) for a, b in zip(seen, expected, strict=True))
        failures, failing = failures + missed, failing + (missed > 0)
        errors += (seen - expected) / 60
        spread += expected * (1 - expected) / people / 60**2
    assert failures <= 5
    assert failing <= 4
    assert np.all(np.abs(errors) <= 3.3 * np.sqrt(spread) + 1 / 5_000)


@pytest.mark.parametrize(("cap", "budget"), [(None, 1900.0), ({"impressions": 1, "days": 14}, 1545.0), ({"impressions": 3, "days": 7}, 1700.0),
                                             ({"impressions": 2, "days": 3}, 1700.0)], ids=str)
@pytest.mark.parametrize("times", [1, 3])
def test_simulated_ads_reach_what_the_closed_form_says(cap: dict[str, int] | None, budget: float, times: int) -> None:
    """Budgets that caps let be spent; where they bind, flights stop at nine tenths of what caps allow and the closed form does not."""
    # Fixed seeds 0-5, 20,000 consumers, three platforms. Each seed's reach is a mean over 20,000 people: standard error of
    # the mean of six below sqrt(0.25 / 120,000) = 0.0015; 4 of them and 0.002 for the grid of the closed form: below 1e-4
    scenario = load_scenario("baseline", ["society.employees=1", "society.departments=1", "horizon.weeks=2", "market.consumers=20000"]).replace(
        paid__cap=cap, paid__budget=budget)
    found = []
    for seed in range(6):
        counts = np.zeros(20_000, dtype=np.int64)
        for flight in fly(scenario, seed).values():
            np.add.at(counts, flight.place[flight.viewed], 1)
        found.append(np.count_nonzero(counts >= times) / 20_000)
    assert np.mean(found) == pytest.approx(paid_reach(scenario, media_by_platform(scenario), times), abs=0.008)


def test_a_budget_within_reach_is_spent_to_the_last_whole_impression() -> None:
    scenario = one_platform(5_000, paid__budget=80.0)
    for seed in range(5):
        flight = fly(scenario, seed)["facebook"]
        assert flight.hours.size == int(80.0 / 6.33 * 1000)
        assert flight.spend.sum() == pytest.approx(flight.hours.size * 0.00633)
        assert flight.spend.sum() <= 80.0


def test_twice_the_weeks_at_the_same_money_a_day_is_twice_the_mean() -> None:
    # Fixed seed 3, 13,500 reachable: each bound 3.3 standard errors, ten k: false alarm below 1%
    twice, mean, people = reach_at_least(one_platform(20_000, horizon__weeks=4, paid__budget=200.0), 3)
    _, once, _ = reach_at_least(one_platform(20_000, horizon__weeks=2, paid__budget=100.0), 3)
    assert mean == pytest.approx(2 * once, rel=1e-3)
    for times, fraction in enumerate(twice, start=1):
        expected = nbd_at_least(times, 2 * once, 0.5)
        assert abs(fraction - expected) <= bound(expected, people)


# Limits and known figures

@pytest.mark.parametrize("mean", [0.1, 1.0, 4.0])
def test_even_activity_is_poisson(mean: float) -> None:
    assert nbd_at_least(1, mean, np.inf) == pytest.approx(1 - np.exp(-mean))
    for times in range(1, 8):
        assert nbd_at_least(times, mean, 1e7) == pytest.approx(nbd_at_least(times, mean, np.inf), abs=1e-5)


@pytest.mark.parametrize("mean", [0.1, 1.0, 4.0])
def test_shape_one_is_geometric(mean: float) -> None:
    for times in range(1, 8):
        assert nbd_at_least(times, mean, 1.0) == pytest.approx((mean / (1 + mean)) ** times)


def test_the_published_example_of_reach_curves_is_met() -> None:
    """Shape 0.4: 39.4% at one impression a head; 57.5% at three."""
    assert nbd_at_least(1, 1.0, 0.4) == pytest.approx(0.394, abs=5e-4)
    assert nbd_at_least(1, 3.0, 0.4) == pytest.approx(0.575, abs=5e-4)


def test_sainsbury_of_30_40_and_20_percent_is_66_4() -> None:
    assert sainsbury(0.3, 0.4, 0.2) == pytest.approx(0.664)


def test_the_same_heavy_users_leave_61_percent_where_strangers_leave_73() -> None:
    assert common_activity_union(0.575, 0.356, 0.4) == pytest.approx(0.61, abs=5e-4)
    assert sainsbury(0.575, 0.356) == pytest.approx(0.726, abs=5e-4)


def test_a_cap_beyond_everybody_is_no_cap() -> None:
    scenario = one_platform(5_000, paid__budget=80.0)
    capped = scenario.replace(paid__cap={"impressions": 150, "days": 14})
    media = media_by_platform(scenario)
    assert paid_reach(capped, media) == pytest.approx(paid_reach(scenario, media), abs=1e-4)
    free, held = fly(scenario, 2)["facebook"], fly(scenario.replace(paid__cap={"impressions": 1000, "days": 14}), 2)["facebook"]
    assert np.array_equal(free.place, held.place)
    assert np.array_equal(free.hours, held.hours)


@pytest.mark.parametrize("correlation", [0.0, 0.5, 1.0])
def test_overlap_of_two_uses_lies_between_independence_and_the_same_heavy_users(correlation: float) -> None:
    # Fixed seed 6, 200,000 people, reached with probability 1 - exp(-c activity): union has standard error below 0.0011;
    # 0.005 is 4.5 of them: false alarm below 1e-4 for three cases
    scenario = load_scenario("baseline", [f"behaviour.activity_correlation={correlation}"])
    people, who = People(scenario, Luck(6)), np.arange(200_000)
    chances = [1 - np.exp(-mean * people.activity(use, who)) for use, mean in (("facebook", 2.0), ("ads", 0.7))]
    reaches = [float(chance.mean()) for chance in chances]
    union = float((1 - (1 - chances[0]) * (1 - chances[1])).mean())
    common, independent = common_activity_union(reaches[0], reaches[1], 0.5), sainsbury(*reaches)
    shared = 1 - (1 + 2.7 / 0.5) ** (-0.5 * correlation) * ((1 + 2 / 0.5) * (1 + 0.7 / 0.5)) ** (-0.5 * (1 - correlation))
    assert union == pytest.approx(shared, abs=0.005)
    assert common - 0.005 <= union <= independent + 0.005
    if correlation == 0.5:
        assert common + 0.01 < union < independent - 0.01
