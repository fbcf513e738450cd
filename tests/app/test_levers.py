"""Levers: every key exists, says where it comes from, and shows what it sets."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.app.levers import LEVERS, Lever, help_of, shown, source_of, stops, typed, unit_of, value_of
from simulation.app.sides import Side
from simulation.inputs.posterior import load_posterior
from simulation.inputs.scenario import load_scenario

ALL = list(LEVERS.values())


@pytest.mark.parametrize("lever", ALL, ids=lambda lever: lever.key)
def test_a_lever_shows_what_a_scenario_says_and_sets_it_back(lever: Lever) -> None:
    value = value_of(load_scenario("maturity_5"), lever.key)
    if value is None:
        assert lever.unset
        return
    assert typed(lever, shown(lever, value)) == pytest.approx(value) if lever.kind != "choice" else typed(lever, shown(lever, value)) == value


@pytest.mark.parametrize("lever", ALL, ids=lambda lever: lever.key)
def test_all_that_a_lever_can_show_is_allowed(lever: Lever) -> None:
    ends = {"choice": list(lever.choices), "steps": stops(lever)}.get(lever.kind, [lever.low, lever.high])
    for end in (ends[0], ends[-1]):
        changed = Side("baseline").with_change(lever.key, typed(lever, end)).scenario()
        assert value_of(changed, lever.key) == typed(lever, end)


@pytest.mark.parametrize("lever", ALL, ids=lambda lever: lever.key)
def test_a_lever_says_unit_and_source(lever: Lever) -> None:
    text = help_of(lever)
    assert lever.basis["unit"] in text
    assert unit_of(lever) in text
    assert f"`{lever.key}`" in text
    if lever.basis["evidence"]:
        assert "confidence" in text
    if lever.basis["role"] == "uncertainty":
        assert "Source:" in source_of(lever) or "Assumed:" in source_of(lever)
    assert ("drawn from the posterior" in text) == (lever.key in load_posterior().draws)


def test_stops_are_steps_of_a_third_at_most_and_hold_a_value_off_the_grid() -> None:
    employees = LEVERS["society.employees"]
    grid = stops(employees)
    assert grid[0] == 10
    assert grid[-1] == 100_000
    assert all(1.0 < above / below <= 1.34 for below, above in itertools.pairwise(grid))
    assert all(number == round(number) for number in grid)
    assert 317.0 in stops(employees, 317)
    assert stops(LEVERS["paid.budget"])[:2] == [0.0, 500.0]


@given(st.floats(0.0, 1.0))
def test_percentages_are_fractions(fraction: float) -> None:
    lever = LEVERS["programme.enrolment_fraction"]
    assert typed(lever, shown(lever, fraction)) == pytest.approx(fraction, abs=0.00051)
