"""How to split a budget: what money buys, planted optima, attitudes to risk, and what is played only once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.studies.decisions.evaluating import FIGURES, Evaluator, Kept, followed, name_of
from simulation.studies.decisions.options import NOTHING, Options, Settings
from simulation.studies.decisions.splitting import Effort, Goal, Risk, Split, goal_values, scores, split

BASE = load_scenario("baseline")
QUICK = Effort(14, 8, 3, 8)


def planted(worth: Callable[[Settings, Any], Any]) -> Any:
    """An evaluator that plays nothing: reach is a function of the decision and of the draw."""
    def evaluate(decisions: Sequence[Settings], replications: Iterable[int]) -> dict[str, Any]:
        draws = np.array(list(replications))
        reach = np.array([np.zeros(draws.size) if decision == NOTHING else worth(decision, draws) for decision in decisions], dtype=np.float64)
        return {name: reach if name == "reach" else np.ones_like(reach) for name in FIGURES}

    return evaluate


def part_of(options: Options, decision: Settings) -> float:
    programme, paid = options.planned_cost(decision)
    return programme / (programme + paid)


@given(st.lists(st.floats(0, 1), min_size=8, max_size=8), st.floats(2_000, 200_000))
def test_no_decision_plans_more_than_the_budget(point: list[float], budget: float) -> None:
    options = Options(BASE, budget, stage_price=500.0, spend_less=True).checked()
    assert len(options.names) == 8
    decision = options.settings(point)
    assert sum(options.planned_cost(decision)) <= budget * (1 + 1e-6)
    scenario = BASE.replace(**{key.replace(".", "__"): value for key, value in decision.items()})
    assert scenario.programme.enabled or decision["programme.enabled"] is False


def test_all_of_the_money_is_planned_where_ads_can_take_it() -> None:
    options = Options(BASE, 40_000.0)
    for part in (0.0, 0.3, 0.7):
        assert sum(options.planned_cost(options.settings(options.point(part)))) == pytest.approx(40_000.0, rel=1e-4)


def test_a_higher_stage_costs_what_it_is_said_to() -> None:
    options = Options(BASE, 60_000.0, stage_price=1_000.0)
    point = options.point(0.5)
    higher = point.copy()
    higher[options.names.index("stage")] = 1.0
    decision = options.settings(higher)
    assert decision["programme.stage"] == 5
    assert decision["programme.cost.coordinator_per_month"] == BASE.programme.cost.coordinator_per_month + 2 * 1_000.0
    assert decision["programme.enrolment_fraction"] < options.settings(point)["programme.enrolment_fraction"]


@pytest.mark.parametrize("best", [0.0, 0.4, 0.7])
def test_a_planted_optimum_is_found(best: float) -> None:
    """The best part, platform and number of items are planted; the menu comes within a tenth of the budget and 5% of the value."""
    options = Options(BASE, 60_000.0)

    def worth(decision: Settings, draws: Any) -> Any:
        weights = decision.get("paid.split", {"twitter": 1.0})
        twitter = weights.get("twitter", 0.0) / sum(weights.values())
        items = float(np.log(decision.get("programme.items_per_week", 6.0) / 6.0))
        return 1000.0 - 4000.0 * (part_of(options, decision) - best) ** 2 + 200.0 * twitter - 100.0 * items**2 + 5.0 * np.sin(draws)

    found = split(options, planted(worth), "reach", "mean", QUICK)
    assert abs(found.parts[found.chosen] - best) <= 0.1
    assert found.values[found.chosen].mean() >= 0.95 * 1200.0
    assert found.best_in[found.chosen] == 1.0


def gambles() -> tuple[Options, Any]:
    """Ads are a gamble with the higher mean, the programme is safe, half and half has the least regret."""
    options = Options(BASE, 60_000.0)

    def worth(decision: Settings, draws: Any) -> Any:
        part, lucky = part_of(options, decision), draws % 2 == 0
        return 100.0 + np.where(lucky, 100.0 * (1 - part), 40.0 * part) + 20.0 * part * (1 - part)

    return options, planted(worth)


@pytest.mark.parametrize(("risk", "low", "high"), [("mean", 0.0, 0.35), ("quantile", 0.35, 1.0), ("regret", 0.1, 0.5)])
def test_each_attitude_to_risk_takes_another_decision(risk: Risk, low: float, high: float) -> None:
    options, evaluate = gambles()
    found = split(options, evaluate, "reach", risk, QUICK)
    assert low <= found.parts[found.chosen] <= high
    assert scores(found.values, risk)[found.chosen] == scores(found.values, risk).max()


def test_scores_are_what_they_are_called() -> None:
    values = np.array([[0.0, 10.0], [4.0, 5.0]])
    assert scores(values, "mean").tolist() == [5.0, 4.5]
    assert scores(values, "quantile") == pytest.approx([1.0, 4.1])
    assert scores(values, "regret").tolist() == [-4.0, -5.0]
    assert scores(values, "regret", np.array([4.0, 12.0])).tolist() == [-4.0, -7.0]


def test_cost_per_person_counts_people_added() -> None:
    figures = {"reach": np.array([[110.0, 100.0]]), "cost": np.array([[50.0, 50.0]])}
    found = goal_values("cost_per_person", figures, {"reach": np.array([[100.0, 100.0]])})
    assert found[0, 0] == -5.0
    assert found[0, 1] <= -1e6


@pytest.fixture(scope="module")
def small() -> Scenario:
    return followed(load_scenario("baseline", ["society.employees=60", "society.departments=3", "market.consumers=2000", "horizon.weeks=2", "run.engine=compiled",
                                               "platforms.facebook=null"]))


def played(small: Scenario, prices: dict[str, object], goal: Goal = "reach") -> Split:
    base = small.replace(**prices)
    return split(Options(base, 4_000.0).checked(), Evaluator(base, 1, {}), goal, "mean", Effort(6, 0, 1, 3))


def test_where_ads_cost_the_earth_all_money_goes_to_the_programme(small: Scenario) -> None:
    found = played(small, {"paid__cpm": dict.fromkeys(("facebook", "linkedin", "twitter"), 90_000.0), "programme__cost__coordinator_per_month": 100.0})
    assert found.parts[found.chosen] == 1.0
    assert found.best_in[found.chosen] == 1.0


def test_where_the_programme_costs_the_earth_all_money_goes_to_ads(small: Scenario) -> None:
    found = played(small, {"programme__cost__coordinator_per_month": 8_000.0})
    assert found.parts[found.chosen] == 0.0
    assert {each.use.split(" on ")[0] for each in found.returns} <= {"more ads", "more advocates"}


def test_what_was_played_is_not_played_again(small: Scenario) -> None:
    kept: list[Kept] = []
    first = Evaluator(small, 1, {}, kept.append)
    decision = Options(small, 4_000.0).settings(Options(small, 4_000.0).point(0.0))
    table = first([NOTHING, decision], [0, 1])
    assert first.played == 4
    again = Evaluator(small, 1, {name: row for piece in kept for name, row in piece.items()})
    assert all(np.array_equal(table[name], values) for name, values in again([NOTHING, decision], [0, 1]).items())
    assert again.played == 0
    assert name_of(decision, 1) in again.known
    other = again([decision], [2])
    assert again.played == 1
    assert other["reach"].shape == (1, 1)


@pytest.mark.parametrize(("given", "said"), [
    ({"budget": -1.0}, "--budget: given -1"), ({"budget": 100.0}, "which pays neither"), ({"budget": 1e4, "most_enrolled": 0.0}, "--most-enrolled: given 0"),
    ({"budget": 1e4, "stage_price": -2.0}, "--stage-price: given -2"),
])
def test_options_that_cannot_be_are_refused(given: dict[str, float], said: str) -> None:
    with pytest.raises(InputError, match=said):
        Options(BASE, **given).checked()


def test_goals_and_risks_that_do_not_exist_are_refused() -> None:
    with pytest.raises(InputError, match="Did you mean 'reach'"):
        split(Options(BASE, 1e4), planted(lambda *_: 0.0), "reech")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="attitude to risk"):
        split(Options(BASE, 1e4), planted(lambda *_: 0.0), "reach", "fear")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="--population: given 2"):
        split(Options(BASE, 1e4), planted(lambda *_: 0.0), "reach", "mean", Effort(population=2))
