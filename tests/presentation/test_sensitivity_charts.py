"""Charts and words of an analysis: they say what was found, hold their data, and keep their text on the slide."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation.presentation.chart_influence import influence, tornado
from simulation.presentation.chart_sources import variance_chart
from simulation.presentation.sensitivity_answer import sensitivity_answer
from simulation.presentation.sensitivity_charts import sensitivity_charts
from simulation.presentation.sensitivity_words import Study, key_words, outcome_words
from simulation.presentation.style import LEFT, RIGHT, Chart
from simulation.studies.sensitivity.analysis import Sensitivity, analyse

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "studies"))
from made_up import ishigami, linear, made_up

pytest.importorskip("sklearn", reason="scikit-learn is not installed (extra analysis)")

STUDY = Study("made_up", "A function", "USD", 2016)


@pytest.fixture(scope="module")
def found() -> Sensitivity:
    return analyse(*made_up("latin_hypercube", linear, "abc", replications=3, common=0.1, own=0.1, uncertain="c", points=70))


@pytest.fixture(scope="module")
def charts(found: Sensitivity) -> dict[str, Chart]:
    return {chart.name: chart for chart in sensitivity_charts(found, STUDY)}


def title(chart: Chart) -> str:
    return " ".join(next(text.get_text() for text in chart.figure.texts if text.get_gid() == "title").split())


def test_there_is_a_chart_for_each_part(charts: dict[str, Chart]) -> None:
    names = {name.removeprefix("total_reach_both_") for name in charts}
    assert {"influence_given_data", "tornado", "heat_map", "dependence", "variance"} <= names


def test_titles_state_the_finding(charts: dict[str, Chart]) -> None:
    assert title(charts["total_reach_both_influence_given_data"]) == "A matters most for people reached"
    assert title(charts["total_reach_both_tornado"]).startswith("A moves people reached most: 2.")
    assert title(charts["total_reach_both_dependence"]).startswith("People reached rises most with a: from")
    assert "of the variance of people reached comes from levers" in title(charts["total_reach_both_variance"])


def test_every_chart_names_study_points_and_interval(charts: dict[str, Chart]) -> None:
    for chart in charts.values():
        source = next(text.get_text() for text in chart.figure.texts if text.get_gid() == "source")
        assert "study made_up: 70 points by Latin hypercube, 3 replications each; world both; intervals of 90%" in source
        assert len(chart.alt_text) > 60
        assert "nan" not in chart.alt_text
        assert len(chart.data)


def test_text_stays_on_the_slide(charts: dict[str, Chart]) -> None:
    for chart in charts.values():
        chart.figure.draw_without_rendering()
        boxes = [text.get_window_extent().transformed(chart.figure.transFigure.inverted()) for text in chart.figure.texts]
        assert all(box.x0 >= LEFT - 0.005 and box.x1 <= RIGHT + 0.006 and box.y0 >= 0 and box.y1 <= 1 for box in boxes)


def test_data_is_what_is_drawn(found: Sensitivity, charts: dict[str, Chart]) -> None:
    mesh = next(part for part in charts["total_reach_both_heat_map"].figure.axes[0].collections if part.get_gid() == "heat")
    drawn = np.asarray(mesh.get_array()).ravel()
    cells = charts["total_reach_both_heat_map"].data.pivot(index="up", columns="across", values="mean").to_numpy().ravel()
    assert np.allclose(drawn, cells, equal_nan=True)
    widths = {part.get_gid(): part.get_width() for part in charts["total_reach_both_variance"].figure.axes[0].patches}
    total = sum(part.part for part in found.variance if part.part > 0)
    for part in found.variance:
        if part.part > 0:
            assert widths[part.source] == pytest.approx(part.part / total)


def test_noise_gets_no_finding() -> None:
    table, design = made_up("latin_hypercube", lambda where: where[:, 0] * 0, "abc", points=80, own=1.0)
    noise = analyse(table, design)
    assert "No key stands out" in title(influence(table, STUDY, noise.indices[0])) or "cannot be told" in title(influence(table, STUDY, noise.indices[0]))
    assert "hardly predicts points that it has not seen" in next(title(chart) for chart in sensitivity_charts(noise, STUDY) if chart.name.endswith("dependence"))


@pytest.mark.parametrize(("method", "own"), [("sobol", {"points": 16}), ("morris", {"trajectories": 12})])
def test_designs_for_indices_have_charts_of_them(method: str, own: dict[str, Any]) -> None:
    found = analyse(*made_up(method, ishigami, "abc", **own))
    chart = influence(found.table, STUDY, found.indices[0])
    assert chart.name == f"influence_{method}"
    chart.figure.draw_without_rendering()
    words = sensitivity_answer(found, STUDY)
    assert ("total Sobol index" if method == "sobol" else "Mean absolute effect") in words
    assert ("Not there, variance" in words) == (method == "morris")


def test_one_at_a_time_has_a_tornado_and_nothing_else() -> None:
    places = np.array([(0.5, 0.5), (0.0, 0.5), (1.0, 0.5), (0.5, 0.0), (0.5, 1.0)])
    found = analyse(*made_up("one_at_a_time", linear, "ab", replications=2, common=1.0, own=0.1, places=places))
    assert [chart.name.rsplit("_", 1)[-1] for chart in sensitivity_charts(found, STUDY)] == ["tornado"]
    assert "each key alone" in " ".join(text.get_text() for text in tornado(found.table, STUDY, found.effects).figure.texts)


def test_overlapping_parts_are_not_ranked(found: Sensitivity) -> None:
    parts = [part._replace(low=0.1, high=0.9) for part in found.variance]
    assert "which of them is larger, this study does not tell" in title(variance_chart(found.table, STUDY, parts))


def test_the_answer_holds_every_part(found: Sensitivity) -> None:
    words = sensitivity_answer(found, STUDY)
    for part in ("People reached (total.reach, world both; people)", "Variance: levers", "Importance for any table", "From one end to the other", "Emulator (Gaussian process)",
                 "70 points by Latin hypercube, 3 replications each"):
        assert part in words
    assert "nan" not in words


@pytest.mark.parametrize(("key", "keys", "words"), [("paid.budget", (), "paid budget"), ("programme.enrolment_fraction", (), "enrolment fraction"), ("platforms.linkedin.half_life_hours", (), "linkedin half life hours"),
                                                    ("paid.enabled_x", ("paid.enabled_x", "page.enabled_x"), "paid enabled x")])
def test_keys_are_written_as_one_reads_them(key: str, keys: Any, words: str) -> None:
    assert key_words(key, list(keys)) == words


def test_outcomes_are_written_as_one_reads_them() -> None:
    assert outcome_words("programme.frequency") == "frequency of the programme"
    assert outcome_words("comparison.potential_reach") == "potential reach"
