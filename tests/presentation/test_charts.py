"""Charts say what the summary says, show what their data holds, and survive results with nothing to show."""

from __future__ import annotations

import io
import math
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib import rcParams

from simulation.inputs.parameters import Scenario
from simulation.measures.intervals import figure, quantiles
from simulation.presentation.chart_numbers import money, percent, rounded, span, spread
from simulation.presentation.charts import Chart, all_charts, save
from simulation.presentation.style import LEFT, RIGHT

NAMES = ["reach_over_time", "reach_by_group", "frequency_distribution", "cost_per_person", "verdict"]
DAYS = 21
CHANNELS = ("page", "natural", "programme", "paid")


class Sample(NamedTuple):
    """What `all_charts` takes."""

    scenario: Scenario
    summary: dict[str, Any]
    daily: pd.DataFrame
    frequency: pd.DataFrame
    verdict: pd.DataFrame | None

    def charts(self) -> dict[str, Chart]:
        return {chart.name: chart for chart in all_charts(*self)}


def sample(programme: int = 2_000, paid: int = 16_000, replications: int = 3, audience: int = 50_000, world: str = "both") -> Sample:
    """A made-up result in which replication k reaches 2k% more people than the first."""
    changes = {"programme__enabled": programme > 0, "paid__enabled": paid > 0, "market__consumers": audience, "horizon__weeks": 2}
    scenario = Scenario().replace(**changes).replace(paid__cpm={"facebook": 6.0}).named("made_up")
    reach = {"page": audience // 50, "natural": audience // 500, "programme": programme, "paid": paid}
    runs = [{name: round(value * (1 + 0.02 * run)) for name, value in reach.items()} for run in range(replications)]
    return Sample(
        scenario, _summary(runs, audience, world), _daily(runs, world), _frequency(runs, audience, world), _verdict(runs) if world == "both" else None
    )


def _daily(runs: list[dict[str, int]], world: str) -> pd.DataFrame:
    rows = []
    for run, reach in enumerate(runs):
        for channel, people in {**reach, "any": sum(reach.values())}.items():
            per_day = np.diff(np.round(np.linspace(0, people, DAYS + 1))).astype(int)
            cost = 1000.0 / DAYS if channel in ("programme", "paid") and people else 0.0
            rows += [("made_up", run, world, "all", channel, day, 3 * new, new, 0, 0, 0, 0, cost) for day, new in enumerate(per_day)]
    columns = [
        "scenario",
        "replication",
        "world",
        "platform",
        "channel",
        "day",
        "impressions",
        "new_reach",
        "likes",
        "clicks",
        "reshares",
        "shares",
        "cost",
    ]
    return pd.DataFrame(rows, columns=columns)


def _frequency(runs: list[dict[str, int]], audience: int, world: str) -> pd.DataFrame:
    """Half of those reached see it once, the others 7 times (programme) or 3 times."""
    rows = []
    for run, reach in enumerate(runs):
        for channel, people in reach.items():
            once, often = people - people // 2, 7 if channel == "programme" else 3
            rows += [
                ("made_up", run, world, channel, times, number)
                for times, number in ((0, audience - people), (1, once), (often, people // 2))
                if number
            ]
    return pd.DataFrame(rows, columns=["scenario", "replication", "world", "channel", "impressions", "people"])


def _verdict(runs: list[dict[str, int]]) -> pd.DataFrame:
    rows = [
        (enrolment, multiple, 1000.0, runs[0]["programme"] * enrolment, runs[0]["paid"] / multiple, 0)
        for enrolment in (0.1, 0.5, 1.0)
        for multiple in (1.0, 10.0, 100.0)
    ]
    return pd.DataFrame(rows, columns=["enrolment", "price_multiple", "cost", "programme_added", "paid_added", "replication"])


def _summary(runs: list[dict[str, int]], audience: int, world: str) -> dict[str, Any]:
    compared = runs if world == "both" else []
    overlap = [min(run["programme"], run["paid"]) // 2 for run in compared]

    def over(pick: Any) -> Any:
        return figure([pick(run, both) for run, both in zip(compared, overlap, strict=True)])

    def price(pick: Any) -> Any:
        return quantiles([pick(run, both) for run, both in zip(compared, overlap, strict=True)]) if compared else None

    def often(channel: str) -> list[float | None]:
        return [
            None
            if not run[channel]
            else (run[channel] - run[channel] // 2 + (7 if channel == "programme" else 3) * (run[channel] // 2)) / run[channel]
            for run in runs
        ]

    sides = ("programme", "paid")
    return {
        "replications": len(runs),
        "audience": audience,
        "worlds": {world: {}},
        "channels": {world: {name: {"reach": figure([run[name] for run in runs]), "frequency": figure(often(name))} for name in CHANNELS}},
        "groups": {
            "only_programme": over(lambda run, both: run["programme"] - both),
            "only_paid": over(lambda run, both: run["paid"] - both),
            "programme_and_paid": over(lambda run, both: both),
            "neither": over(lambda run, both: audience - run["programme"] - run["paid"] + both),
        },
        "added_reach": {side: over(lambda run, both, side=side: run[side]) for side in sides},
        "duplication_index": price(lambda run, both: both * audience / (run["programme"] * run["paid"]) if run["programme"] * run["paid"] else None),
        "cost_per_incremental_person": {
            side: price(lambda run, both, side=side: 1000.0 / (run[side] - both) if run[side] > both else None) for side in sides
        },
        "cost_per_engagement": {side: price(lambda run, both, side=side: 5000.0 / run[side] if run[side] else None) for side in sides},
        "break_even_price_multiple": price(lambda run, both: run["paid"] / run["programme"] if run["programme"] else None),
    }


@cache
def drawn(**case: Any) -> dict[str, Chart]:
    """Charts of a made-up result."""
    return sample(**case).charts()


def texts(chart: Chart) -> dict[str, str]:
    """Title, subtitle and source line of a chart, line breaks removed."""
    return {str(text.get_gid()): text.get_text().replace("\n", " ") for text in chart.figure.texts if text.get_gid()}


@pytest.fixture(scope="module")
def full() -> Sample:
    return sample()


@pytest.fixture(scope="module")
def charts(full: Sample) -> dict[str, Chart]:
    return drawn()


def test_a_comparison_has_five_charts_and_one_world_has_two(charts: dict[str, Chart]) -> None:
    assert list(charts) == NAMES
    assert list(drawn(world="as_written")) == ["reach_over_time", "frequency_distribution"]


def test_nothing_played_gives_no_charts(full: Sample) -> None:
    assert all_charts(full.scenario, {**full.summary, "worlds": {}}, full.daily, full.frequency, None) == []


def test_titles_state_the_summary(full: Sample, charts: dict[str, Chart]) -> None:
    reach, groups, costs = full.summary["channels"]["both"], full.summary["groups"], full.summary["cost_per_incremental_person"]
    title = {name: texts(chart)["title"] for name, chart in charts.items()}

    def shown(value: dict[str, float]) -> str:
        return rounded(value["mean"], value["low"], value["high"])

    assert f"{shown(reach['paid']['reach'])} against {shown(reach['programme']['reach'])}" in title["reach_over_time"]
    assert title["reach_over_time"].startswith("Ads reach 8.0 times as many people as the programme for about the same money")
    assert title["reach_by_group"].startswith(percent(groups["programme_and_paid"]["mean"] / reach["programme"]["reach"]["mean"]))
    assert shown(groups["only_programme"]) in title["reach_by_group"]
    assert "The programme reaches a person 2.0 times as often as ads: 4.0 against 2.0" in title["frequency_distribution"]
    for value in costs.values():
        assert money("USD", value["median"], value["low"], value["high"]) in title["cost_per_person"]
    assert "until they cost about 8.0 times as much" in title["verdict"]


@pytest.mark.parametrize(
    ("programme", "paid", "words"),
    [
        (16_000, 2_000, "The programme reaches 8.0 times as many people as ads"),
        (5_000, 5_000, "Ads and the programme reach about as many people"),
        (0, 16_000, "Ads reach 16,300 people, 33% of the market"),
        (2_000, 0, "The programme reaches 2,040 people, 4.1% of the market"),
        (0, 0, "Without programme or ads"),
    ],
)
def test_the_first_title_fits_every_outcome(programme: int, paid: int, words: str) -> None:
    assert words in texts(drawn(programme=programme, paid=paid)["reach_over_time"])["title"]


def test_axes_name_their_units(charts: dict[str, Chart]) -> None:
    labels = {name: (chart.figure.axes[0].get_xlabel(), chart.figure.axes[0].get_ylabel()) for name, chart in charts.items()}
    assert "Weeks" in labels["reach_over_time"][0]
    assert "People" in labels["reach_over_time"][1]
    assert "Impressions per person" in labels["frequency_distribution"][0]
    assert labels["frequency_distribution"][1].startswith("People")
    assert labels["cost_per_person"][0].startswith("USD of 2016")
    assert "USD of 2016 per 1,000 impressions" in labels["verdict"][0]
    assert labels["verdict"][1] == "Employees enrolled"


def test_source_line_names_scenario_replications_and_evidence(charts: dict[str, Chart]) -> None:
    for chart in charts.values():
        assert "scenario made_up, 3 replications" in texts(chart)["source"]
        assert "Altimeter 2016" in texts(chart)["source"]
    assert "1 replication, so no intervals" in texts(drawn(replications=1)["reach_over_time"])["source"]


def test_data_is_what_is_drawn(full: Sample, charts: dict[str, Chart]) -> None:
    lines = {line.get_gid(): line for line in charts["reach_over_time"].figure.axes[0].lines}
    for channel, rows in charts["reach_over_time"].data.groupby("channel"):
        assert np.array_equal(np.asarray(lines[f"line-{channel}"].get_xydata()), rows[["week", "mean"]].to_numpy())
        if channel != "any":
            assert rows["mean"].iloc[-1] == pytest.approx(full.summary["channels"]["both"][channel]["reach"]["mean"])
    bars: Any = charts["frequency_distribution"].figure.axes[0].patches
    assert [bar.get_height() for bar in bars] == charts["frequency_distribution"].data["mean"].tolist()
    parts: Any = charts["reach_by_group"].figure.axes[0].patches
    widths = [part.get_width() for part in parts if part.get_gid()]
    assert widths == pytest.approx(charts["reach_by_group"].data.loc[[0, 2, 3], "fraction"].tolist())
    mesh = next(part for part in charts["verdict"].figure.axes[0].collections if part.get_gid() == "verdict")
    assert np.allclose(np.asarray(mesh.get_array()).ravel(), charts["verdict"].data["log10_ratio"].clip(-2, 2))


def test_groups_make_up_the_market(full: Sample, charts: dict[str, Chart]) -> None:
    assert charts["reach_by_group"].data["mean"].sum() == pytest.approx(full.summary["audience"])


def test_files_are_reproducible_and_complete(tmp_path: Path, full: Sample) -> None:
    chart = drawn()["cost_per_person"]
    again = full.charts()["cost_per_person"]
    names = [path.name for path in save(chart, tmp_path / "one")]
    save(again, tmp_path / "two")
    assert names == [f"cost_per_person.{ending}" for ending in ("png", "svg", "csv", "txt")]
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == sorted(names)
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes() for name in names)
    assert (tmp_path / "one" / "cost_per_person.txt").read_text(encoding="utf-8").strip() == chart.alt_text
    text = (tmp_path / "one" / "cost_per_person.csv").read_text(encoding="utf-8")
    pd.testing.assert_frame_equal(
        pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=[""]).drop(columns="note"), chart.data.drop(columns="note")
    )


def test_global_settings_are_left_alone() -> None:
    before = dict(rcParams)
    sample(replications=1).charts()
    assert dict(rcParams) == before


@pytest.mark.parametrize(
    "case",
    [
        {"programme": 0},
        {"paid": 0},
        {"programme": 0, "paid": 0},
        {"replications": 1},
        {"programme": 1, "paid": 2, "audience": 10},
        {"programme": 9_000, "paid": 90},
        {"world": "as_written"},
        {"programme": 0, "world": "as_written"},
    ],
)
def test_charts_survive_thin_results(case: dict[str, Any]) -> None:
    for chart in drawn(**case).values():
        chart.figure.draw_without_rendering()
        assert len(chart.alt_text) > 40
        assert "nan" not in chart.alt_text.split()
        assert texts(chart)["title"]


def test_undefined_costs_are_said_in_words() -> None:
    notes = drawn(programme=0)["cost_per_person"].data.set_index(["measure", "channel"])["note"]
    assert notes["cost_per_incremental_person", "programme"] == "no programme in this scenario"
    assert notes["cost_per_incremental_person", "paid"] == ""


@pytest.mark.parametrize("case", [{}, {"programme": 0}, {"paid": 0}, {"audience": 10, "programme": 1, "paid": 2}])
def test_text_stays_on_the_slide_without_overlap(case: dict[str, Any]) -> None:
    for chart in drawn(**case).values():
        chart.figure.draw_without_rendering()
        boxes = [text.get_window_extent().transformed(chart.figure.transFigure.inverted()) for text in chart.figure.texts]
        assert all(box.x0 >= LEFT - 0.005 and box.x1 <= RIGHT + 0.005 and box.y0 >= 0 and box.y1 <= 1 for box in boxes)
        overlaps = [
            (one, two)
            for place, one in enumerate(boxes)
            for two in boxes[place + 1 :]
            if min(one.x1, two.x1) - max(one.x0, two.x0) > 0.002 and min(one.y1, two.y1) - max(one.y0, two.y0) > 0.012
        ]
        assert overlaps == []


NUMBERS = st.floats(0.001, 1e9)


@given(NUMBERS, st.floats(0.0, 0.9), st.floats(0.0, 3.0))
def test_rounding_stays_within_the_interval_or_three_digits(value: float, below: float, above: float) -> None:
    low, high = value * (1 - below), value * (1 + above)
    error = abs(float(rounded(value, low, high).replace(",", "")) - value)
    assert error <= max((high - low) / 8, 0.005 * value) * (1 + 1e-9)


@given(NUMBERS, st.floats(1e-6, 1e9))
def test_rounding_keeps_no_more_digits_than_asked(value: float, width: float) -> None:
    digits = rounded(value, value - width / 2, value + width / 2).replace(",", "").replace(".", "").strip("0")
    assert len(digits) <= 3


@given(NUMBERS)
def test_rounding_twice_is_rounding_once(value: float) -> None:
    once = rounded(value)
    assert rounded(float(once.replace(",", ""))).replace(".0", "") == once.replace(".0", "") or math.isclose(
        float(once.replace(",", "")), value, rel_tol=0.005
    )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=6), st.floats(0.01, 0.15))
def test_spread_keeps_gap_order_and_limits(wanted: list[float], gap: float) -> None:
    placed = spread(wanted, gap, 0.0, 1.0)
    assert min(placed) >= -1e-9
    assert max(placed) <= 1 + 1e-9
    assert all(later - earlier >= gap - 1e-9 for earlier, later in zip(sorted(placed), sorted(placed)[1:], strict=False))
    assert [placed[place] for place in np.argsort(wanted, kind="stable")] == sorted(placed)


def test_numbers_read_as_people_write_them() -> None:
    assert rounded(174_358, 171_000, 178_000) == "174,000"
    assert rounded(0, 0, 0) == "0"
    assert span(166_533, 166_957) == "166,500–167,000"
    assert money("USD", 3.137, 2.62, 6.05) == "$3.10"
    assert percent(0.0679) == "6.8%"
