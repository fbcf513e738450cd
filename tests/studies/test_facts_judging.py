"""Verdicts: inside, outside, across, and carried across by what is free."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.inputs.facts import load_facts
from simulation.studies.facts.checking import Checked, breaks_with
from simulation.studies.facts.judging import End, Reading, judge, reading, side

BAND = (0.25, 0.4)
INSIDE, BELOW, ABOVE, ACROSS = Reading(0.3, 0.28, 0.32), Reading(0.1, 0.05, 0.2), Reading(0.6, 0.5, 0.7), Reading(0.25, 0.2, 0.3)

numbers = st.floats(-100, 100)


@pytest.mark.parametrize(("here", "where", "verdict"), [(INSIDE, "inside", "holds"), (BELOW, "below", "breaks"), (ABOVE, "above", "breaks"), (ACROSS, "across", "cannot say"),
                                                        (Reading(0.3, 0.1, 0.9), "across", "cannot say"), (Reading(0.25, 0.25, 0.4), "inside", "holds")])
def test_the_whole_interval_decides(here: Reading, where: str, verdict: str) -> None:
    assert side(here, BAND) == where
    assert judge(here, BAND).verdict == verdict


@pytest.mark.parametrize("here", [INSIDE, BELOW, ABOVE])
@pytest.mark.parametrize("end", [INSIDE, BELOW, ABOVE, ACROSS])
def test_a_free_setting_that_leads_to_another_side_leaves_nothing_to_say(here: Reading, end: Reading) -> None:
    found = judge(here, BAND, [End({"x": 1.0}, here), End({"x": 2.0}, end)])
    if side(here, BAND) == side(end, BAND):
        assert found == judge(here, BAND)
    else:
        assert found.verdict == "cannot say"
        assert [each.settings for each in found.carried_by] == [{"x": 2.0}]


def test_an_end_that_the_model_refuses_carries_nothing() -> None:
    assert judge(INSIDE, BAND, [End({"x": 9.0}, None)]).verdict == "holds"


def test_nothing_is_said_of_what_was_not_measured() -> None:
    assert judge(None, BAND).verdict == "cannot say"
    assert reading([None, None]) is None


@given(numbers, numbers, numbers, numbers, numbers)
def test_open_bands_and_order(mean: float, low: float, high: float, one: float, other: float) -> None:
    low, high = sorted((low, high))
    found, limits = Reading(mean, low, high), (min(one, other), max(one, other))
    assert judge(found, (-math.inf, math.inf)).verdict == "holds"
    assert (judge(found, limits).verdict == "holds") == (limits[0] <= low and high <= limits[1])
    assert (judge(found, limits).verdict == "breaks") == (high < limits[0] or low > limits[1])


def test_an_interval_is_that_of_all_other_results() -> None:
    from simulation.measures.intervals import figure

    values = [0.1, 0.4, 0.2, None, 0.3]
    found = reading(values)
    assert found is not None
    assert found._asdict() == figure(values)


@pytest.mark.parametrize(("before", "free", "after", "expected"), [
    (INSIDE, None, ABOVE, True), (ACROSS, None, Reading(0.1, 0.05, 0.15), True), (BELOW, None, ABOVE, False),
    (ABOVE, INSIDE, Reading(0.9, 0.8, 1.0), True), (ABOVE, INSIDE, Reading(0.61, 0.5, 0.7), False), (ABOVE, INSIDE, Reading(0.45, 0.44, 0.46), False), (INSIDE, None, INSIDE, False),
])
def test_a_claim_breaks_what_it_moves_away_from_its_band(before: Reading, free: Reading | None, after: Reading, expected: bool) -> None:
    fact = next(iter(load_facts()))
    ends = () if free is None else (End({"x": 1.0}, free),)
    one = Checked(fact, 0.3, BAND, True, before, judge(before, BAND, ends), ends, None)
    assert breaks_with(one, Checked(fact, 0.3, BAND, True, after, judge(after, BAND), (), None)) is expected
