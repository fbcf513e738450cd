"""Previews: what is shrunk, what is multiplied back, and that the small society answers like the whole one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.app.outcome import Outcome, preview_outcome
from simulation.app.playing import play_preview
from simulation.app.preview import CONSUMERS, SAME, enlarge, shrink
from simulation.behaviour.planning import ad_budget, planned_programme_cost
from simulation.inputs.scenario import load_scenario
from simulation.studies.pool import Task
from simulation.studies.replication import replicate
from simulation.studies.summary import summarise

COUNTED = ["groups", "added_reach", "added_reach_3plus", "incremental_reach", "equal_money_reach", "equivalent_paid_budget", "potential_reach", "earned_media_value",
           "reach_outside_market", "overlap_bounds", "interaction", "break_even_advocates", "equivalent_paid_budget_3plus"]


@given(st.integers(1, 200_000), st.integers(10, 50_000_000), st.one_of(st.none(), st.floats(0, 1e9)))
def test_everything_is_shrunk_alike(employees: int, consumers: int, budget: float | None) -> None:
    scenario = load_scenario("baseline").replace(society__employees=employees, market__consumers=consumers, paid__budget=budget)
    small, size = shrink(scenario, 4)
    assert 0 < size <= 1
    assert small.society.employees == pytest.approx(employees * size)
    assert small.market.consumers == pytest.approx(max(10, consumers * size), abs=1)
    assert planned_programme_cost(small) == pytest.approx(planned_programme_cost(scenario) * size)
    assert ad_budget(small) == pytest.approx(ad_budget(scenario) * size)
    assert small.market.consumers * small.market.sample_fraction <= CONSUMERS + 1
    assert small.society.employees <= max(30, 30_000 * employees / consumers) + 1


def test_a_market_whose_likes_spread_ads_is_never_sampled() -> None:
    scenario = load_scenario("baseline", ["society.employees=30", "market.consumers=90000", "paid.spill_over=0.5"])
    assert shrink(scenario, 4)[0].market.sample_fraction == 1


def test_a_small_scenario_is_kept_whole() -> None:
    scenario = load_scenario("baseline", ["society.employees=25", "market.consumers=4000"])
    small, size = shrink(scenario, 4)
    assert size == 1
    assert (small.society.employees, small.market.consumers, small.market.sample_fraction) == (25, 4000, 1)


@pytest.fixture(scope="module")
def played() -> tuple[Outcome, Outcome]:
    """The same luck on a third of a scenario, and on all of it."""
    scenario = load_scenario("baseline", ["society.employees=90", "market.consumers=60000", "horizon.weeks=4", "run.replications=5", "run.parameters=fixed", "run.engine=compiled"])
    small, size = shrink(scenario, 5)
    assert size == pytest.approx(0.5)
    quick = preview_outcome(scenario, small, size, [play_preview(Task(small, number, True)) for number in range(5)])
    whole = preview_outcome(scenario, scenario, 1.0, [replicate(Task(scenario, number, True), verdicts=0) for number in range(5)])
    return quick, whole


@pytest.mark.parametrize(("name", "side", "tolerance"), [("added_reach", "paid", 0.03), ("added_reach", "programme", 0.35), ("added_reach_3plus", "paid", 0.03)])
def test_the_small_society_answers_like_the_whole_one(played: tuple[Outcome, Outcome], name: str, side: str, tolerance: float) -> None:
    """Five replications each: a mean of the programme has a standard error of about a tenth (ads 1%), so three of their difference are within the tolerance."""
    quick, whole = (outcome.summary[name][side]["mean"] for outcome in played)
    assert quick == pytest.approx(whole, rel=tolerance)


def test_the_tables_are_those_of_the_whole_market(played: tuple[Outcome, Outcome]) -> None:
    quick, whole = played
    for outcome in played:
        ends = outcome.reach.groupby("channel")["mean"].last()
        assert ends["any"] == pytest.approx(outcome.summary["worlds"]["both"]["reach"]["mean"], rel=1e-6)
        programme = outcome.frequency[outcome.frequency["channel"] == "programme"]["mean"].sum()
        assert programme == pytest.approx(outcome.summary["channels"]["both"]["programme"]["reach"]["mean"], rel=1e-6)
    assert (quick.summary["audience"], quick.summary["employees"]) == (whole.summary["audience"], whole.summary["employees"]) == (60_000, 90)
    groups = quick.summary["groups"]
    assert sum(part["mean"] for part in groups.values()) == pytest.approx(60_000, rel=1e-6), "everybody is in one group"


def test_what_is_counted_is_multiplied_and_nothing_else(played: tuple[Outcome, Outcome]) -> None:
    scenario = load_scenario("baseline", ["society.employees=30", "market.consumers=5000", "horizon.weeks=2", "run.engine=compiled"])
    summary = summarise(scenario, [play_preview(Task(scenario, number, True)) for number in range(2)], complete=True)
    grown = enlarge(summary, scenario, 0.25)
    for name in COUNTED:
        for before, after in zip(numbers(summary[name]), numbers(grown[name]), strict=True):
            assert after == pytest.approx(4 * before)
    for name in SAME & summary.keys():
        assert grown[name] == summary[name]
    for world, totals in summary["worlds"].items():
        for name, value in totals.items():
            times = 1 if name == "frequency" else 4
            assert numbers(grown["worlds"][world][name]) == pytest.approx([times * number for number in numbers(value)])


def numbers(value: object) -> list[float]:
    """All numbers in a part of a summary, in order; parts that are not defined have none. The fraction attainable is no amount."""
    if isinstance(value, dict):
        return [number for name, part in value.items() if name != "attainable" for number in numbers(part)]
    return [float(value)] if isinstance(value, int | float) and np.isfinite(value) else []
