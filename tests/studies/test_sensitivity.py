"""Analysis of studies against functions whose indices, variances and boxes are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binom

from simulation.errors import InputError
from simulation.inputs.design import Design
from simulation.studies.sensitivity.analysis import analyse
from simulation.studies.sensitivity.effects import effects, heat, luck_of_mean
from simulation.studies.sensitivity.indices import given_data, morris, sobol
from simulation.studies.sensitivity.table import study_table
from simulation.studies.sensitivity.variance import crossed, explained_by_crossing, luck_draws, split

from .made_up import ishigami, linear, made_up, table_of


def played(rng: np.random.Generator, points: int, replications: int, whole: bool) -> Any:
    """A crossed table with variances 4 by point (a fixed grid if whole), 2 of common luck, and 1 of a point's own."""
    by_point = 2 * (np.linspace(-1, 1, points) / np.linspace(-1, 1, points).std() if whole else rng.standard_normal(points))
    own = rng.standard_normal((points, replications))
    return by_point[:, None] + np.sqrt(2) * rng.standard_normal(replications) + (own - own.mean(axis=0) if whole else own)


@pytest.mark.parametrize("whole", [False, True])
def test_variances_are_unbiased(whole: bool) -> None:
    """Mean of 3,000 tables within 4.5 standard errors: a false alarm in one of 50,000 runs of the six figures."""
    rng = np.random.default_rng(1)
    found = np.array([crossed(played(rng, 12, 3, whole), whole) for _ in range(3_000)])
    true = np.array([4.0, 2.0, 11 / 12 if whole else 1.0])
    assert np.all(np.abs(found.mean(axis=0) - true) < 4.5 * found.std(axis=0) / np.sqrt(len(found)))


def test_luck_within_points_alone_would_be_wrong() -> None:
    """The naive variance of point means misses nothing of common luck, since it cancels; so subtracting all luck from it would be biased by two thirds of one unit here."""
    rng = np.random.default_rng(2)
    naive = [(table.mean(axis=1).var(ddof=1) - table.var(axis=1, ddof=1).mean() / 3) for table in (played(rng, 12, 3, False) for _ in range(2_000))]
    assert np.mean(naive) < 4.0 - 0.4


@given(arrays(np.float64, (5, 3), elements=st.floats(-1e3, 1e3)), arrays(np.float64, 3, elements=st.floats(-1e3, 1e3)), st.floats(-1e3, 1e3))
def test_common_luck_moves_only_the_part_of_common_luck(values: Any, common: Any, shift: float) -> None:
    before, after = crossed(values), crossed(values + common + shift)
    assert after.rows == pytest.approx(before.rows, abs=1e-4)
    assert after.rest == pytest.approx(before.rest, abs=1e-4)


def test_intervals_of_luck_hold_as_often_as_they_say() -> None:
    """Of 200 tables, 90% should; fewer than 1 in 10,000 sets of 200 would hold less than asserted."""
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(200):
        _, common, own = luck_draws(played(rng, 15, 4, False), False, rng)
        low, high = np.quantile(common + own, (0.05, 0.95))
        held += low <= 3.0 <= high
    assert held >= binom.ppf(1e-4, 200, 0.9)


def test_variance_of_a_linear_model_is_split_as_it_should() -> None:
    """Variances: lever 9/12, uncertainty 1/12, luck 0.04."""
    table, design = made_up("latin_hypercube", linear, "abc", replications=4, common=0.0, own=0.2, uncertain="bc", points=80)
    found = {part.source: part for part in analyse(table, design).variance}
    total = 10 / 12 + 0.04
    assert found["levers"].part == pytest.approx(9 / 12 / total, abs=0.06)
    assert found["uncertainties"].part == pytest.approx(1 / 12 / total, abs=0.05)
    assert found["luck"].part == pytest.approx(0.04 / total, abs=0.015)
    assert found["both together"].part < 0.03
    assert sum(part.part for part in found.values()) == pytest.approx(1.0, abs=1e-9)


def test_a_grid_is_split_exactly() -> None:
    """Product of a lever and an uncertainty plus both: population variances of the grid, by hand."""
    lever, other = (grid.ravel() for grid in np.meshgrid([0.0, 0.5, 1.0], [0.0, 1.0], indexing="ij"))
    table, design = made_up("grid", lambda where: 3 * where[:, 0] + where[:, 1] + 2 * (where[:, 0] - 0.5) * (where[:, 1] - 0.5), "ab", uncertain="b",
                            places=np.column_stack([lever, other]))
    assert design.method == "grid"
    found = explained_by_crossing(table)
    assert found is not None
    assert [float(part[0]) for part in found] == pytest.approx([9 / 6, 0.25, 4 * (1 / 6) / 4, 0.0])
    assert {part.source: part.variance for part in split(table, found)} == pytest.approx({"levers": 1.5, "uncertainties": 0.25, "both together": 1 / 6, "points": 0.0})


def test_sobol_indices_of_ishigami() -> None:
    """Published values; the samples are fixed, and 0.06 is about three standard errors of the widest."""
    table, _ = made_up("sobol", ishigami, "abc", points=1024)
    found = sobol(table)
    assert found is not None
    values = {(index.key, index.name): index.value for index in found.indices}
    assert [values[key, "first order"] for key in "abc"] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.06)
    assert [values[key, "total"] for key in "abc"] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.06)
    assert all(index.low < index.value < index.high for index in found.indices)


def test_a_failed_point_leaves_its_whole_set_out() -> None:
    design = Design(method="sobol", vary={key: {"low": 0.0, "high": 1.0} for key in "abc"}, points=64)  # type: ignore[arg-type]
    from simulation.studies.sweep.points import unit_points

    where = unit_points(design)
    frame = table_of(where, linear(where), "abc", 1, 0.0, 0.0, 0, "")
    frame.loc[frame["point"] == 7, "total.reach"] = np.nan
    table = study_table(frame, design)
    assert (table.left_out, len(table.points)) == (1, 319)
    found = sobol(table)
    assert found is not None
    assert found.used == 315


def test_morris_effects_of_a_linear_model_are_its_slopes() -> None:
    table, design = made_up("morris", linear, "abc", trajectories=10)
    found = morris(table, design)
    assert found is not None
    values = {(index.key, index.name): index.value for index in found.indices}
    assert [values[key, "mean absolute effect"] for key in "abc"] == pytest.approx([3.0, 1.0, 0.0], abs=1e-9)
    assert [values[key, "spread of effects"] for key in "abc"] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_importance_of_any_table_ranks_ishigami_and_sees_through_idle_keys() -> None:
    """The fourth key does nothing: it stays near what keys made up at random show."""
    table, _ = made_up("latin_hypercube", lambda where: ishigami(where), "abcd", points=400)
    found = given_data(table)
    assert found is not None
    values = {index.key: index.value for index in found.indices}
    assert values["b"] > values["a"] > values["d"]
    assert values["d"] < 1.3 * found.floor["importance"]
    assert values["a"] > 1.5 * found.floor["importance"]


@pytest.mark.parametrize("points", [40, 64, 90])
def test_importance_is_told_for_any_number_of_points(points: int) -> None:
    """Six and nine slices, ten points each, do not add up to 1 in SALib."""
    table, _ = made_up("latin_hypercube", lambda where: where[:, 0], "ab", points=points)
    found = given_data(table)
    assert found is not None
    assert {index.key: index.value for index in found.indices}["a"] > found.floor["importance"]


def test_in_a_grid_a_key_does_not_take_over_the_effect_of_its_neighbour() -> None:
    """Rows of a grid are in order, so ties of the second key would be broken by the first."""
    places = np.array([(first, second) for first in np.linspace(0, 1, 20) for second in (0.0, 1.0)] * 2)
    table, _ = made_up("grid", lambda where: 5 * where[:, 0], "ab", places=places)
    found = given_data(table)
    assert found is not None
    values = {index.key: index.value for index in found.indices}
    assert values["b"] < 1.5 * found.floor["importance"] < values["a"]


def test_a_tornado_of_one_at_a_time_is_paired_by_luck() -> None:
    """Common luck of ten units would hide a change of three; it cancels."""
    places = np.array([(0.5, 0.5), (0.0, 0.5), (1.0, 0.5), (0.5, 0.0), (0.5, 1.0)])
    table, _ = made_up("one_at_a_time", linear, "ab", replications=3, common=10.0, places=places)
    found = effects(table)
    assert [(effect.key, effect.low_at, effect.high_at) for effect in found] == [("a", "0", "1"), ("b", "0", "1")]
    assert [effect.change for effect in found] == pytest.approx([3.0, 1.0])
    assert all(effect.change_high - effect.change_low < 1e-9 for effect in found)


def test_intervals_of_effects_hold_as_often_as_they_say() -> None:
    """The true change between the mean of the highest and the lowest fifth is 0.8 times the slope; 150 studies, false alarm below 1 in 10,000."""
    held = 0
    for seed in range(150):
        table, _ = made_up("latin_hypercube", linear, "ab", points=50, own=0.5, seed=seed, places=np.random.default_rng(seed).random((50, 2)))
        effect = next(each for each in effects(table) if each.key == "b")
        held += effect.change_low <= 0.8 <= effect.change_high
    assert held >= binom.ppf(1e-4, 150, 0.88)


def test_cells_of_a_heat_map_hold_means_and_all_points() -> None:
    table, _ = made_up("latin_hypercube", linear, "ab", points=200, replications=3, common=0.3, own=0.1)
    cells = heat(table, 0, 1)
    assert cells["points"].sum() == 200
    corner = cells[(cells["across"] == 4) & (cells["up"] == 4)].iloc[0]
    assert corner["mean"] == pytest.approx(3 * 0.9 + 0.9, abs=0.35)
    assert luck_of_mean(table) > 0
    assert corner["half"] > np.sqrt(luck_of_mean(table))


@pytest.mark.parametrize(("name", "world", "message"), [
    ("reech", None, "Did you mean"), ("reach", None, None), ("reach", "bth", "Did you mean 'both'"), ("lead_of_programme", None, "is no figure of the study")])
def test_outcomes_are_found_by_their_end_or_refused_with_the_nearest(name: str, world: str | None, message: str | None) -> None:
    _, design = made_up("latin_hypercube", linear, "ab", points=10)
    where = np.random.default_rng(0).random((10, 2))
    frame = table_of(where, linear(where), "ab", 1, 0.0, 0.0, 0, "")
    if message is None:
        assert study_table(frame, design, name, world).outcome == "total.reach"
        return
    with pytest.raises(InputError, match=message):
        study_table(frame, design, name, world)


def test_words_numbers_and_nothing_are_keys() -> None:
    design = Design(method="grid", vary={"page.enabled": {"values": [True, False]}, "programme.encouragement": {"values": [None, 1]}, "programme.stage": {"values": [1, 3, 5]}})  # type: ignore[arg-type]
    frame = pd.DataFrame({"point": range(6), "replication": 0, "world": "both", "lever.page.enabled": [True, False] * 3, "lever.programme.encouragement": [None, 1.0] * 3,
                          "lever.programme.stage": [1, 3, 5, 1, 3, 5], "error": None, "total.reach": np.arange(6.0)})
    table = study_table(frame, design)
    assert [key.levels for key in table.keys] == [("yes", "no"), ("none", 1), (1.0, 3.0, 5.0)]
    assert table.places[:, 2].tolist() == [0.0, 0.5, 1.0, 0.0, 0.5, 1.0]


def test_what_cannot_be_analysed_says_why() -> None:
    table, design = made_up("latin_hypercube", linear, "ab", points=12)
    found = analyse(table, design)
    assert {"emulator", "indices", "box"} <= found.missing.keys()
    assert "12 points" in found.missing["emulator"]
    flat, design = made_up("latin_hypercube", lambda where: where[:, 0] * 0, "ab", points=12)
    assert analyse(flat, design).missing == {"everything": "the outcome is the same on all points"}
