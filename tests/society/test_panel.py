"""The panel: who is followed one by one, and what a weighted sample says about the whole market."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.measures.comparison import ReplicationResult
from simulation.society.luck import Luck
from simulation.society.panel import Panel
from simulation.studies.memory import needed, workers_that_fit
from simulation.studies.pool import Task
from simulation.studies.replication import replicate


@given(market=st.integers(10, 3000), fraction=st.floats(0.001, 1.0), seed=st.integers(0, 2**32), kept=st.floats(0.0, 1.0))
def test_weights_add_up_to_the_market_and_the_core_is_whole(market: int, fraction: float, seed: int, kept: float) -> None:
    core = Luck(seed).uniforms("ranks", who=np.arange(market)) < kept
    panel = Panel.thinned(market, core, fraction, Luck(seed))
    assert panel.weights.sum() == pytest.approx(market)
    assert np.all(np.diff(panel.people) > 0)
    assert np.isin(np.flatnonzero(core), panel.people).all()
    assert np.all(panel.weights[core[panel.people]] == 1.0)
    places = panel.places(np.arange(market + 5))
    assert np.array_equal(np.flatnonzero(places >= 0), panel.people)
    assert np.array_equal(places[panel.people], np.arange(panel.size))


def test_a_larger_sample_keeps_everybody_of_a_smaller_one() -> None:
    core = np.zeros(2000, dtype=np.bool_)
    some, more = (Panel.thinned(2000, core, fraction, Luck(1)) for fraction in (0.1, 0.4))
    assert set(some.people.tolist()) < set(more.people.tolist())


def reach_of(result: ReplicationResult) -> np.ndarray:
    assert result.comparison is not None
    both = result.worlds["both"]
    return np.array([both.totals["reach"], both.totals["reach_3plus"], both.totals["impressions"], result.comparison["groups"]["programme_and_paid"]], dtype=np.float64)


def test_a_sample_estimates_the_whole_without_bias(tiny: Scenario) -> None:
    # Ten fixed replications on common luck; the mean difference of each of four figures lies within 4.5 of its standard errors
    # (t with 9 degrees of freedom: 0.0015 each): false alarm below 1%
    scenario = tiny.replace(market__consumers=20_000, paid__budget=4000.0)
    off = []
    for number in range(10):
        full, thin = (reach_of(replicate(Task(scenario.replace(market__sample_fraction=fraction), number, True))) for fraction in (1.0, 0.2))
        off.append(thin / full - 1.0)
    errors = np.std(off, axis=0, ddof=1) / np.sqrt(len(off))
    assert np.all(np.abs(np.mean(off, axis=0)) < 4.5 * errors + 1e-3)
    assert np.all(np.abs(np.mean(off, axis=0)) < 0.05)


def test_groups_of_a_sample_add_up_to_the_market(tiny: Scenario) -> None:
    result = replicate(Task(tiny.replace(market__sample_fraction=0.3), 0, True))
    assert result.comparison is not None
    assert sum(result.comparison["groups"].values()) == pytest.approx(2000)


def test_what_cannot_fit_is_refused_with_the_estimate_and_the_way_out() -> None:
    huge = load_scenario("baseline", ["market.consumers=100000000"])
    with pytest.raises(InputError, match=r"market\.consumers: given 100,000,000 .* GB .*market\.sample_fraction of 0\.\d+ or less"):
        workers_that_fit(huge, 2, free=8e9)
    assert workers_that_fit(huge.replace(market__sample_fraction=0.01), 2, free=8e9) == 2
    assert needed(huge).total > 20e9
    assert workers_that_fit(load_scenario("baseline"), 4, free=2e9) == 2
