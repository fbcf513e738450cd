"""Points of a study: each method keeps its promise."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.inputs.design import Range, load_design
from simulation.studies.sweep.points import point_count, points_of, value_at

VARY: dict[str, Any] = {"programme.enrolment_fraction": {"low": 0.1, "high": 0.9}, "paid.budget": {"low": 2000, "high": 50000, "scale": "log"},
                        "horizon.weeks": {"low": 2, "high": 5}, "programme.stage": [1, 3, 5]}
METHODS: list[dict[str, Any]] = [{"method": "grid"}, {"method": "latin_hypercube", "points": 12}, {"method": "sobol", "points": 8}, {"method": "morris", "trajectories": 5},
                                 {"method": "one_at_a_time"}]


def points(**settings: Any) -> list[dict[str, Any]]:
    return points_of(load_design({"vary": VARY, **settings}))


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method["method"])
def test_points_are_counted_repeatable_and_in_range(method: dict[str, Any]) -> None:
    study = load_design({"vary": VARY, **method})
    found = points_of(study)
    assert len(found) == point_count(study)
    assert found == points_of(study)
    for point in found[1:] if method["method"] == "one_at_a_time" else found:
        assert list(point) == list(VARY)
        assert 0.1 <= point["programme.enrolment_fraction"] <= 0.9
        assert point["paid.budget"] is None or 2000 <= point["paid.budget"] <= 50000
        assert isinstance(point["horizon.weeks"], int)
        assert point["horizon.weeks"] == 13 or 2 <= point["horizon.weeks"] <= 5
        assert point["programme.stage"] in (1, 3, 5)
    if "points" in method or "trajectories" in method:
        assert points(**method, seed=7) != found


def test_a_grid_has_every_combination_once_with_both_ends() -> None:
    found = points_of(load_design({"vary": {"programme.enrolment_fraction": {"low": 0.2, "high": 0.8, "steps": 4}, "paid.budget": {"low": 10, "high": 1000, "scale": "log", "steps": 3}}}))
    assert [tuple(point.values()) for point in found] == [(enrolled, budget) for enrolled in (0.2, 0.4, 0.6, 0.8) for budget in (10.0, 100.0, 1000.0)]


def test_whole_numbers_of_a_grid_come_once() -> None:
    assert [point["horizon.weeks"] for point in points_of(load_design({"vary": {"horizon.weeks": {"low": 2, "high": 4, "steps": 9}}}))] == [2, 3, 4]


def test_a_latin_hypercube_has_one_point_in_every_slice() -> None:
    found = np.array([point["programme.enrolment_fraction"] for point in points(method="latin_hypercube", points=12)])
    assert sorted(np.floor((found - 0.1) / 0.8 * 12).astype(int)) == list(range(12))


def test_one_at_a_time_begins_at_the_scenario_and_changes_one_key() -> None:
    base, *others = points(method="one_at_a_time")
    assert base == {"programme.enrolment_fraction": 0.3, "paid.budget": None, "horizon.weeks": 13, "programme.stage": 3}
    assert all(sum(point[key] != base[key] for key in base) <= 1 for point in others)


def test_neighbours_on_a_morris_trajectory_differ_in_one_key() -> None:
    vary = {"programme.enrolment_fraction": {"low": 0, "high": 1}, "programme.training": {"low": 0, "high": 1}, "programme.displacement_fraction": {"low": 0, "high": 1}}
    found = points_of(load_design({"vary": vary, "method": "morris", "trajectories": 6}))
    for start in range(0, len(found), 4):
        path = found[start:start + 4]
        changed = [[key for key in vary if one[key] != two[key]] for one, two in pairwise(path)]
        assert sorted(key for keys in changed for key in keys) == sorted(vary)


def test_sobol_blocks_are_crossed_as_their_indices_need() -> None:
    """A, then A with one column of B at a time, then B."""
    vary = {"programme.enrolment_fraction": {"low": 0, "high": 1}, "programme.training": {"low": 0, "high": 1}}
    found = [tuple(point.values()) for point in points_of(load_design({"vary": vary, "method": "sobol", "points": 8}))]
    for start in range(0, len(found), 4):
        (a1, a2), first, second, (b1, b2) = found[start:start + 4]
        assert first == (b1, a2)
        assert second == (a1, b2)


@given(part=st.floats(0, 1), low=st.integers(1, 50), width=st.integers(0, 50), scale=st.sampled_from(["linear", "log"]))
def test_values_stay_in_their_range_and_rise(part: float, low: int, width: int, scale: Any) -> None:
    span = Range(low=low, high=low + width + 0.5, scale=scale)
    assert low <= value_at("paid.budget", span, part) <= low + width + 0.5
    whole = value_at("horizon.weeks", span, part)
    assert isinstance(whole, int)
    assert low <= whole <= low + width
    assert value_at("paid.budget", span, part / 2) <= value_at("paid.budget", span, part)


def test_whole_numbers_and_listed_values_get_equal_parts() -> None:
    parts = (np.arange(1200) + 0.5) / 1200
    weeks = [value_at("horizon.weeks", Range(low=2, high=5), part) for part in parts]
    stages = [value_at("programme.stage", Range(values=[1, 3, 5]), part) for part in parts]
    assert np.unique_counts(weeks).counts.tolist() == [300] * 4
    assert np.unique_counts(stages).counts.tolist() == [400] * 3
