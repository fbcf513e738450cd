"""Budgets at which ads do as much as the programme: the closed form against ads that are bought and played, and its roots."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.measures.budgets import ENGAGEMENT, READINGS, TIMES, Forecast, bought, confirmed, next_person, readings, what_it_does, with_spill_over
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.studies.pool import Task
from simulation.studies.replication import replicate

MARKET = 6000


def firm(**changes: Any) -> Scenario:
    """One employee, a market of 6,000, four weeks, ads on three platforms for some six impressions a head."""
    scenario = load_scenario("baseline", ["society.employees=1", "society.departments=1", f"market.consumers={MARKET}", "horizon.weeks=4", "run.engine=compiled",
                                          "paid.budget=1700", "page.followers=100", "market.contacts_in_market_fraction=1"])
    return scenario.replace(**changes)


def seen_before(seed: int) -> NDArray[np.int64]:
    """Impressions that some people have anyway: a third one, a tenth two."""
    luck = Luck(seed).uniforms("respondent", who=np.arange(MARKET))
    return (luck < 1 / 3).astype(np.int64) + (luck < 0.1)


ADS: list[dict[str, Any]] = [{}, {"paid__cap": None}, {"paid__cap": {"impressions": 1, "days": 7}}, {"paid__cap": {"impressions": 2, "days": 5}, "paid__creative_days": 9},
                             {"paid__pricing": "auction", "paid__auction__reference_per_week": 3.0}, {"paid__bursts": [{"first_week": 2, "weeks": 2}]},
                             {"paid__targeting__topics": [1, 2], "paid__targeting__interest_accuracy": 0.9},
                             {"paid__flights": [{"name": "early", "last_week": 2, "platforms": ["facebook", "twitter"], "cap": {"impressions": 1, "days": 3}, "cpm": {"facebook": 3.0}},
                                                {"name": "late", "first_week": 3, "weight": 2.0}]},
                             {"paid__targeting__lookalike": {"size": 0.3, "accuracy": 0.8}, "society__employees": 12, "paid__budget": 1600.0}]


@pytest.mark.parametrize("changes", ADS, ids=str)
def test_ads_do_what_the_closed_form_expects(changes: dict[str, Any]) -> None:
    # Fixed seeds 0-4. People added: at most 6,000, each with a variance of at most 1/4, so the mean of five has a standard error below 17; four of them: below 1e-4.
    # Engagements are near Poisson (400 and more): four standard errors, and 2% where a cap binds in parts of windows
    scenario, found, expected = firm(**changes), np.zeros(3), np.zeros(3)
    for seed in range(5):
        society, alone = Society(scenario, Luck(seed)), seen_before(seed)
        done, forecast = bought(scenario, society, 1700.0), Forecast(scenario, society, alone)
        added = [np.count_nonzero((alone < times) & (alone + done.impressions >= times)) for times in TIMES.values()]
        found += np.array([*added, done.engagements]) / 5
        expected += np.array([*(forecast.added(1700.0, times) for times in TIMES.values()), forecast.engagements(1700.0)]) / 5
    assert found[:2] == pytest.approx(expected[:2], abs=70)
    assert found[:2].min() > 500
    assert found[2] == pytest.approx(expected[2], abs=4 * np.sqrt(expected[2] / 5) + 0.02 * expected[2])
    assert found[2] > 40


@pytest.mark.parametrize("reading", READINGS)
def test_budgets_are_roots_and_more_money_does_more(reading: str) -> None:
    scenario = firm()
    society, alone = Society(scenario, Luck(1)), seen_before(1)
    forecast = Forecast(scenario, society, alone)
    for target in (20.0, 120.0):
        budget = forecast.budget_for(reading, target)
        assert budget is not None
        assert forecast.does(reading, budget) == pytest.approx(target, rel=1e-3)
        assert forecast.does(reading, budget + 50) > target > forecast.does(reading, 0.9 * (budget - 1500) + 1500)
    assert forecast.budget_for(reading, 0.0) == 0.0
    assert forecast.budget_for(reading, -3.0) == 0.0
    assert forecast.budget_for(reading, 1e5) is None


def test_no_budget_adds_more_people_than_can_be_reached() -> None:
    scenario = firm(**{f"platforms__{name}__ad_opportunities_per_day": 100.0 for name in ("facebook", "linkedin", "twitter")})
    society, alone = Society(scenario, Luck(1)), np.zeros(MARKET, dtype=np.int64)
    forecast, sees = Forecast(scenario, society, alone), society.people.sees_ads(np.arange(MARKET))
    uses = np.any([society.people.active(name, np.arange(MARKET)) for name in scenario.platforms.names()], axis=0)
    assert forecast.budget_for("reach", np.count_nonzero(sees & uses) + 1) is None
    assert forecast.budget_for("reach", 0.5 * np.count_nonzero(sees & uses)) is not None


def test_the_fixed_costs_and_the_fee_are_part_of_a_budget() -> None:
    plain, dear = firm(), firm(paid__cost__creative=2000.0, paid__cost__fee_fraction=0.2)
    society, alone = Society(plain, Luck(1)), seen_before(1)
    one, other = (Forecast(scenario, society, alone).budget_for("reach", 400.0) for scenario in (plain, dear))
    assert one is not None
    assert other == pytest.approx(2000.0 + 1.2 * (one - 1500.0), rel=1e-3)


def test_readings_are_confirmed_when_their_ads_are_bought() -> None:
    # Fixed seed 3, 6,000 people. The budget of the closed form is right on average over the luck of ads: a count of 600 people or 150 answers varies by its root
    scenario = firm()
    society, alone = Society(scenario, Luck(3)), seen_before(3)
    targets = {"reach": 600.0, "reach_3plus": 600.0, ENGAGEMENT: 150.0}
    found = readings(scenario, society, alone, targets, 1700.0)
    done = confirmed(scenario, society, alone, targets, found["equivalent_budget_closed_form"])
    for reading, target in targets.items():
        budget, ratio = found["equivalent_budget_closed_form"][reading], done[reading]
        assert budget is not None
        assert ratio == pytest.approx(what_it_does(scenario, society, alone, reading)(budget) / target)
        assert ratio == pytest.approx(1.0, abs=4 / np.sqrt(target))
    assert found["equal_money_engagement"] == pytest.approx(bought(scenario, society, 1700.0).engagements, rel=0.25)
    nothing = confirmed(scenario, society, alone, dict.fromkeys(READINGS, 0.0), dict.fromkeys(READINGS))
    assert nothing == dict.fromkeys(READINGS)


def test_with_spill_over_budgets_are_those_whose_ads_do_it_when_played() -> None:
    """A like more or less shows an ad to dozens, so what is played rises in steps of that size."""
    scenario = firm(paid__spill_over=1.0, horizon__weeks=2)
    society, alone = Society(scenario, Luck(3)), seen_before(3)
    targets = {"reach": 900.0, "reach_3plus": 500.0, ENGAGEMENT: 80.0}
    found, plain = with_spill_over(scenario, society, alone, targets, 1700.0), readings(scenario, society, alone, targets, 1700.0)
    budgets = found["equivalent_budget_closed_form"]
    assert (budgets["reach"], budgets["reach_3plus"]) == (found["equivalent_paid_budget"], found["equivalent_paid_budget_3plus"])
    for reading, target in targets.items():
        assert what_it_does(scenario, society, alone, reading)(budgets[reading]) == pytest.approx(target, rel=0.04)
        assert budgets[reading] - 1500.0 < 0.99 * (plain["equivalent_budget_closed_form"][reading] - 1500.0)
    done = bought(scenario, society, 1700.0)
    assert found["equal_money_engagement"] == done.engagements
    assert found["equal_money_reach"] == np.count_nonzero((alone == 0) & (done.impressions > 0))
    price = next_person(scenario, society, alone, 0.05)
    people = found["equal_money_reach"] - np.count_nonzero((alone == 0) & (bought(scenario, society, 1690.0).impressions > 0))
    assert price == pytest.approx(10.0 / people)


def test_a_replication_whose_ads_spill_over_is_read_from_played_ads() -> None:
    scenario = firm(paid__spill_over=3.0, society__employees=20, programme__enrolment_fraction=0.5, horizon__weeks=2)
    spilling, plain = (replicate(Task(each, 0, True)).comparison for each in (scenario, scenario.replace(paid__spill_over=0.0)))
    assert spilling is not None
    assert plain is not None
    assert spilling["added_reach"]["paid"] > plain["added_reach"]["paid"]
    assert spilling["added_reach"]["programme"] == plain["added_reach"]["programme"]
    assert spilling["equivalent_budget_confirmed"]["reach"] == pytest.approx(1.0, abs=0.02)
    whole = [float(each["verdict"].query("price_multiple == 0.5")["paid_added"].max()) for each in (spilling, plain)]
    assert whole[0] > whole[1]
    assert plain["naive_ad_effect"]["caused"] == spilling["naive_ad_effect"]["caused"] == 0


def test_a_sample_of_the_market_expects_what_the_whole_market_does() -> None:
    # Fixed seed 2: a third of 6,000 people stands for all but the few who are tied; parts of 0.2 to 0.6 of 2,000 people: standard error 5% or less of a part, engagements' the same
    scenario = firm(paid__budget=1600.0)
    forecasts = []
    for fraction in (1.0, 0.33):
        society = Society(scenario.replace(market__sample_fraction=fraction), Luck(2))
        forecasts.append(Forecast(society.scenario, society, seen_before(2)[society.panel.people]))
    for reading in READINGS:
        assert forecasts[1].does(reading, 1600.0) == pytest.approx(forecasts[0].does(reading, 1600.0), rel=0.12)
