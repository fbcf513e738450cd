"""What knowing more is worth: cases with known answers, and pilots that must and must not tell."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.inputs.scenario import load_scenario
from simulation.studies.decisions.pilot import Observed, cheapest, observe, pilot_cost, pilots, possible_sizes
from simulation.studies.decisions.worth import knowing, perfect_information, regressed


def two_decisions(draws: int, seed: int = 1) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Doing nothing brings 0, acting 3 a + b + noise; a, b and the unrelated c are standard normal."""
    rng = np.random.default_rng(seed)
    known = {name: rng.normal(size=draws) for name in "abc"}
    return np.stack((np.zeros(draws), 3.0 * known["a"] + known["b"] + 0.5 * rng.normal(size=draws))), known


def test_perfect_information_of_a_normal_is_known() -> None:
    """E max(0, sd z) - 0 = sd / sqrt(2 pi); 200,000 draws, within 1.5%."""
    benefits, _ = two_decisions(200_000)
    benefits[1] -= benefits[1].mean()
    assert perfect_information(benefits) == pytest.approx(math.sqrt(9 + 1 + 0.25) / math.sqrt(2 * math.pi), rel=0.015)


def test_each_figure_is_worth_what_its_part_of_the_spread_says() -> None:
    """3 / sqrt(2 pi) = 1.197 and 1 / sqrt(2 pi) = 0.399; 20,000 draws, within 0.03."""
    benefits, known = two_decisions(20_000)
    benefits[1] -= benefits[1].mean()
    worth = {name: knowing(benefits, column) for name, column in known.items()}
    assert worth["a"].value == pytest.approx(3 / math.sqrt(2 * math.pi), abs=0.03)
    assert worth["b"].value == pytest.approx(1 / math.sqrt(2 * math.pi), abs=0.03)
    assert worth["c"].value == pytest.approx(0.0, abs=0.03)
    assert (worth["a"].power or 0.0) > 0.8 > (worth["b"].power or 0.0)


def test_few_draws_rank_figures_and_do_not_invent_value() -> None:
    """Seeds 0 to 39, 32 draws: the figure that matters comes first in 95% or more, the one that does not is worth less than a tenth of it on average."""
    first, none, much = 0, [], []
    for seed in range(40):
        benefits, known = two_decisions(32, seed)
        worth = {name: knowing(benefits, column).value for name, column in known.items()}
        first += max(worth, key=lambda name: worth[name]) == "a"
        none.append(worth["c"])
        much.append(worth["a"])
    assert first >= 38
    assert np.mean(none) < 0.1 * np.mean(much)


def test_where_one_decision_is_always_best_nothing_is_worth_knowing() -> None:
    benefits, known = two_decisions(500)
    benefits[1] = np.abs(benefits[1]) + 1.0
    assert perfect_information(benefits) == 0.0
    found = knowing(benefits, known["a"])
    assert (found.value, found.changes, found.power, found.false_alarm) == (0.0, 0.0, None, 0.0)


def test_only_the_order_of_a_figure_matters() -> None:
    benefits, known = two_decisions(300)
    assert knowing(benefits, known["a"]) == knowing(benefits, np.exp(known["a"]))


def test_left_out_predictions_are_those_of_fits_without_the_draw() -> None:
    rng = np.random.default_rng(3)
    known = np.sort(rng.normal(size=40))
    values = 2.0 * known + 0.1 * rng.normal(size=40)
    fitted, left_out = regressed(values, known)
    assert np.corrcoef(fitted, values)[0, 1] > 0.97
    assert np.mean((values - left_out) ** 2) > np.mean((values - fitted) ** 2)


SMALL = load_scenario("baseline", ["society.employees=60", "market.consumers=2000", "horizon.weeks=4", "run.engine=compiled"])


def test_a_pilot_that_sees_what_matters_tells_and_the_cheapest_is_taken() -> None:
    benefits, known = two_decisions(400)
    observed = {10: np.stack([known["c"], known["a"]], axis=1), 25: np.stack([known["a"], known["a"]], axis=1)}
    assert possible_sizes(SMALL) == [(10, 2), (10, 4), (25, 2), (25, 4)]
    found = pilots(SMALL, benefits, observed)
    assert [pilot.cost for pilot in found] == sorted(pilot.cost for pilot in found)
    best = cheapest(found)
    assert best is not None
    assert (best.advocates, best.weeks) in {(10, 4), (25, 2)}
    assert best.cost == min(pilot_cost(SMALL, 10, 4), pilot_cost(SMALL, 25, 2))
    assert cheapest(pilots(SMALL, benefits, {size: np.stack([known["c"]] * 2, axis=1) for size in (10, 25)})) is None


def test_a_pilot_observes_more_the_longer_it_runs_and_the_same_each_time() -> None:
    seen = observe(Observed(SMALL, 1, 0, 25))
    assert len(seen) == 2
    assert seen[1] > 0
    assert observe(Observed(SMALL, 1, 0, 25)) == seen
