"""Numbers, bands and pages of the facts."""

from __future__ import annotations

import math

import pytest

from simulation.inputs.facts import load_facts
from simulation.inputs.scenario import load_scenario
from simulation.presentation.chart_facts import WIDEST, facts_of, reach_curve
from simulation.presentation.facts_answer import answer, band, because, data, number
from simulation.presentation.facts_page import page
from simulation.studies.facts.checking import Broken, Checked, Report
from simulation.studies.facts.judging import End, Reading, judge

FACTS = load_facts()


def checked(key: str, factor: float, *ends: End) -> Checked:
    """A fact as if the model gave the published value times a factor."""
    fact, published = FACTS[key], FACTS.published(FACTS[key]) or 1.0
    ours = Reading(*(published * factor * spread for spread in (1.0, 0.99, 1.01)))
    return Checked(fact, published, FACTS.limits(fact), FACTS.held_out(fact), ours, judge(ours, FACTS.limits(fact), ends), ends, None)


@pytest.fixture
def report() -> Report:
    free = End({"behaviour.activity_shape": 1.0}, Reading(0.53, 0.5, 0.55))
    rows = (checked("friends-median", 1.0), checked("page-curve-shape", 0.4, free), checked("page-curve-repeats", 1.0), checked("member-viewers", 0.0001))
    unmeasured = Checked(FACTS["silence"], 0.71, FACTS.limits(FACTS["silence"]), True, None, judge(None, (0, 1)), (), "the scenario has no twitter")
    broken = Broken(FACTS.claim("8x"), {"behaviour.source_multiplier": 8.0}, (checked("employee-clicks", 4.0),), ())
    return Report(load_scenario("baseline"), 3, FACTS, (*rows, unmeasured), (broken,))


@pytest.mark.parametrize(("value", "text"), [(0.0, "0"), (3.1333e-05, "0.0000313"), (0.1289, "0.129"), (59_722.0, "59,700"), (999.9, "1,000"), (338.0, "338"), (-0.5, "-0.5")])
def test_figures_have_three_significant_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_bands_are_open_where_they_are() -> None:
    assert band((0.9, math.inf)) == "at least 0.9"
    assert band((-math.inf, 0.9)) == "at most 0.9"
    assert band((0.25, 0.4)) == "0.25 to 0.4"


def test_text_says_why_and_marks_what_was_fitted(report: Report) -> None:
    text = answer(report)
    assert "5 facts: 2 hold, 1 break, on 2 nothing can be said." in text
    assert "Facebook friends, median *" in text
    assert "As set it lies below the band; carried elsewhere by behaviour.activity_shape 1, which gives 0.53." in text
    assert "Not measured: the scenario has no twitter." in text
    assert "breaks     Clicks per impression" in text
    assert because(report.checked[0]) == ""


def test_data_is_finite_and_complete(report: Report) -> None:
    import json

    found = json.loads(json.dumps(data(report), allow_nan=False))
    assert [each["verdict"] for each in found["facts"]] == ["holds", "cannot say", "holds", "breaks", "cannot say"]
    assert found["facts"][4]["ours"] is None
    assert [each["fact"] for each in found["claims"][0]["breaks"]] == ["employee-clicks"]


def test_charts_draw_every_fact_inside_their_axes(report: Report) -> None:
    chart = facts_of(report, "What a member's post reaches")
    assert list(chart.data["fact"]) == ["member-viewers"]
    low, high = chart.figure.axes[0].get_xlim()
    assert low < 1 / WIDEST < WIDEST < high
    assert "Different viewers in a year for each follower: published 36.5, ours 0.00365, breaks" in chart.alt_text
    curve = reach_curve(report)
    assert curve is not None
    assert set(curve.data["curve"]) == {"measured", "model as set", "model with\nactivity_shape 1"}
    assert reach_curve(report._replace(checked=report.checked[:1])) is None


def test_the_page_has_every_fact_claim_and_picture(report: Report) -> None:
    topics = dict.fromkeys(each.fact.topic for each in report.checked if each.ours)
    text = page(report, {topic: facts_of(report, topic) for topic in topics}, reach_curve(report))
    assert all(f"| {each.fact.title}" in text for each in report.checked)
    assert text.count("](images/") == len(topics) + 1
    assert "**8x." in text
    assert "## What is not validated" in text
