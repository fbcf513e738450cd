"""The printed answer reads the comparison at equal money, equal reach and equal engagement, and says where no budget does."""

from __future__ import annotations

from typing import Any

import pytest

from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.presentation.answer import answer, differences_answer
from simulation.studies.pool import Task
from simulation.studies.replication import replicate
from simulation.studies.summary import summarise


@pytest.fixture(scope="module")
def small() -> Scenario:
    return load_scenario("baseline", ["society.employees=40", "society.departments=4", "market.consumers=4000", "market.contacts_in_market_fraction=0.6", "horizon.weeks=2",
                                      "paid.budget=1560", "programme.enrolment_fraction=0.7", "behaviour.offered_share_probability=0.3", "run.engine=compiled", "run.parameters=fixed"])


@pytest.fixture(scope="module")
def summary(small: Scenario) -> dict[str, Any]:
    return summarise(small, [replicate(Task(small, number, True)) for number in range(2)], True)


def test_equal_readings_are_printed_with_their_confirmation(small: Scenario, summary: dict[str, Any]) -> None:
    text = answer(small, summary)
    for line in ("Equal money: people added", "Cost of as many people added", "Cost of as many likes and clicks"):
        assert line in text
    assert "bought and played they did" in text
    budgets = summary["equivalent_budget_closed_form"]
    assert budgets["reach"]["low"] <= budgets["reach"]["median"] <= budgets["reach"]["high"]
    assert budgets["reach"]["attainable"] == 1.0
    assert summary["equivalent_budget_confirmed"]["reach"]["mean"] == pytest.approx(1.0, abs=0.1)


def test_a_difference_has_its_sign_and_may_be_undefined() -> None:
    def measure(difference: dict[str, float] | None) -> dict[str, Any]:
        return {"difference": difference, "worth_of_pairing": None}

    more, fewer = ({"mean": sign * 200.0, "low": sign * 200.0, "high": sign * 200.0} for sign in (1, -1))
    measures = {"added_reach_programme": measure(more), "added_reach_paid": measure(fewer), "cost_programme": measure(None)}
    said = differences_answer([{"scenario": "second", "against": "first", "measures": measures}]).splitlines()
    assert said == ["From first to second, on common luck:", "  people added by the programme: +200", "  people added by ads: -200", "  cost of the programme: -"]


def test_readings_without_a_budget_say_in_how_many_replications(small: Scenario, summary: dict[str, Any]) -> None:
    never = {"median": None, "low": 1600.0, "high": None, "attainable": 0.25}
    text = answer(small, {**summary, "equivalent_budget_closed_form": {**summary["equivalent_budget_closed_form"], "engagement": never}})
    assert "No ad budget earns as many likes and clicks in 75% of replications." in text
    assert "not in most" in text


def test_one_side_alone_has_nothing_to_make_equal(small: Scenario, summary: dict[str, Any]) -> None:
    assert "Made equal" not in answer(small.replace(paid__enabled=False), summary)
