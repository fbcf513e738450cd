"""The page's charts, for Altair: each with its words for those who cannot see it. Figures come from outcomes; colours are the house's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from simulation.app.outcome import Outcome
from simulation.presentation.chart_reach import LOG_BEYOND
from simulation.presentation.figures import Kind, sides, with_interval
from simulation.presentation.style import LOOKS

GREY = "#7D8590"
"""Reads on light and on dark."""

ANY = "any"
HEIGHT = 380
BOTH_CAMPAIGNS = ("programme", "paid")
DASHES: dict[str, list[float]] = {"page": [7, 2, 1.5, 2], "natural": [1.5, 2], "programme": [1, 0], "paid": [6, 3], ANY: [1, 0]}
GROUPS = {"only_programme": "Programme only", "programme_and_paid": "Both", "only_paid": "Ads only", "neither": "Neither"}
GROUP_COLOURS = {"Programme only": LOOKS["programme"].colour, "Both": "#AA5A92", "Ads only": LOOKS["paid"].colour, "Neither": GREY}
COST_ROWS = {"Cost per person added on top of the other": "Person added", "Cost of the next person": "Next person", "Cost per like, click or reshare": "Like, click or reshare"}


class Drawing(NamedTuple):
    """A chart and what it says."""

    chart: Any
    alt_text: str


def reach_over_time(outcome: Outcome, others: Sequence[Outcome] = ()) -> Drawing:
    """People reached so far, by channel; one scale for all scenarios side by side."""
    tables = [other.reach for other in (outcome, *others)]
    ends = [float(end) for table in tables for end in table.groupby("channel")["mean"].last()]
    top = max((float(table["high"].max()) for table in tables if len(table)), default=1.0)
    log = bool(ends) and max(ends) > LOG_BEYOND * max(min(ends), 1.0)
    low = max(1.0, min(ends, default=1.0) / 100) if log else 0.0
    data = outcome.reach.assign(name=[_name(channel) for channel in outcome.reach["channel"]])
    data[["mean", "low", "high"]] = data[["mean", "low", "high"]].clip(lower=low)
    scale = alt.Scale(type="log", domain=[low, top * 1.2], nice=False) if log else alt.Scale(domain=[0, top * 1.05])
    across = alt.X("week:Q", title="Weeks since the campaign began", axis=alt.Axis(tickMinStep=1, grid=False))
    channels = [str(channel) for channel in outcome.reach["channel"].unique()]
    base = alt.Chart(data).encode(x=across)
    up = alt.Axis(format="~s", values=[10.0**power for power in range(9) if low <= 10**power <= top * 1.2]) if log else alt.Axis(format="~s", tickCount=6)
    band = base.mark_area(opacity=0.18).encode(y=alt.Y("low:Q", scale=scale, title="People reached", axis=up), y2="high:Q", color=_colour(channels))
    drawn = [channel for channel in DASHES if channel in channels]
    names = [_name(channel) for channel in drawn]
    thick = alt.condition(alt.datum.channel == ANY, alt.value(1.2), alt.value(2.8))
    line = base.mark_line().encode(
        color=_colour(channels), strokeWidth=thick,
        y=alt.Y("mean:Q", scale=scale, title="People reached", axis=up),
        strokeDash=alt.StrokeDash("name:N", scale=alt.Scale(domain=names, range=[DASHES[channel] for channel in drawn]), legend=_legend()),
        tooltip=[alt.Tooltip("name:N", title="Channel"), alt.Tooltip("week:Q", format=".0f", title="Week"), alt.Tooltip("mean:Q", format=",.3~r", title="People"),
                 alt.Tooltip("low:Q", format=",.2~r", title="Low"), alt.Tooltip("high:Q", format=",.2~r", title="High")])
    said = ", ".join(f"{_name(str(channel)).lower()} {_people(row)}" for channel, row in outcome.reach.groupby("channel", sort=False).last().iterrows())
    weeks, title = outcome.scenario.horizon.weeks, outcome.scenario.title
    return Drawing(_sized(band + line), f"Line chart of people reached over {weeks} weeks, with intervals, in {title}. At the end: {said or 'nobody'}.")


def overlap(outcome: Outcome, others: Sequence[Outcome] = ()) -> Drawing:
    """People whom only one, both or neither of the campaigns reached."""
    rows = [(label, outcome.summary["groups"][name]) for name, label in GROUPS.items()]
    top = max((other.summary["groups"][name]["high"] for other in (outcome, *others) for name in GROUPS if name != "neither" and other.summary["groups"][name]), default=1.0)
    data = pd.DataFrame([(label, value["mean"], value["low"], value["high"], with_interval(value, "people", "")) for label, value in rows if value and label != "Neither"],
                        columns=["group", "mean", "low", "high", "words"])
    order = list(data["group"])
    base = alt.Chart(data).encode(y=alt.Y("group:N", sort=order, title=None, axis=alt.Axis(labelLimit=130)))
    scale = alt.Scale(domain=[0, max(top, 1.0) * 1.02])
    bars = base.mark_bar(height=26).encode(
        x=alt.X("mean:Q", title="People of the market", scale=scale, axis=alt.Axis(format="~s", tickCount=5)),
        color=alt.Color("group:N", legend=None, scale=alt.Scale(domain=order, range=[GROUP_COLOURS[group] for group in order])),
        tooltip=[alt.Tooltip("group:N", title="Reached by"), alt.Tooltip("words:N", title="People")])
    whisker = base.mark_rule(strokeWidth=2, color=GREY).encode(x=alt.X("low:Q", scale=scale), x2="high:Q")
    words = base.mark_text(align="left", dy=-22, baseline="middle", fontSize=13).encode(x=alt.value(2), text="words:N")
    said = ", ".join(f"{label.lower()} {with_interval(value, 'people', '')}" for label, value in rows if value)
    return Drawing(_sized(bars + whisker + words), f"Bar chart of people by the campaigns that reached them, in {outcome.scenario.title}: {said}.")


def frequency(outcome: Outcome, others: Sequence[Outcome] = ()) -> Drawing:
    """People by the number of impressions from each campaign."""
    top = max((float(other.frequency["high"].max()) for other in (outcome, *others) if len(other.frequency)), default=1.0)
    data = outcome.frequency.assign(name=[_name(channel) for channel in outcome.frequency["channel"]])
    order = list(dict.fromkeys(data["impressions"]))
    scale = alt.Scale(domain=[0, max(top, 1.0) * 1.02])
    base = alt.Chart(data).encode(x=alt.X("impressions:N", sort=order, title="Impressions per person", axis=alt.Axis(labelAngle=0)),
                                  xOffset=alt.XOffset("name:N", sort=[_name(side) for side in BOTH_CAMPAIGNS]))
    bars = base.mark_bar().encode(
        y=alt.Y("mean:Q", title="People", scale=scale, axis=alt.Axis(format="~s", tickCount=6)), color=_colour(list(BOTH_CAMPAIGNS)),
        tooltip=[alt.Tooltip("name:N", title="Campaign"), alt.Tooltip("impressions:N", title="Impressions"), alt.Tooltip("mean:Q", format=",.3~r", title="People")])
    whisker = base.mark_rule(strokeWidth=1.5, color=GREY).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    said = "; ".join(f"{_name(side).lower()} {with_interval(outcome.summary['channels']['both'][side]['frequency'], 'ratio', '')}" for side in BOTH_CAMPAIGNS)
    return Drawing(_sized(bars + whisker), f"Bar chart of people by number of impressions, in {outcome.scenario.title}. Impressions per person reached: {said}.")


def cost(outcome: Outcome, others: Sequence[Outcome] = ()) -> Drawing:
    """What a person or a reaction costs in each campaign, on a logarithmic scale; what is undefined is left out."""
    data = _costs(outcome)
    everything = pd.concat([data, *(_costs(other) for other in others)])
    currency = outcome.scenario.currency
    known = everything[["low", "high"]].to_numpy().ravel()
    known = known[known > 0]
    scale = alt.Scale(type="log", domain=[float(known.min()) * 0.8, float(known.max()) * 1.25], nice=False) if known.size else alt.Scale()
    base = alt.Chart(data).encode(y=alt.Y("measure:N", sort=list(COST_ROWS.values()), title=None, axis=alt.Axis(labelLimit=150)),
                                  yOffset=alt.YOffset("name:N", sort=[_name(side) for side in BOTH_CAMPAIGNS]))
    powers = [10.0**power for power in range(-4, 7) if known.size and known.min() * 0.8 <= 10.0**power <= known.max() * 1.25]
    axis = alt.Axis(format="~g", labelOverlap=True, values=powers) if len(powers) > 1 else alt.Axis(format="~g", labelOverlap=True, tickCount=5)
    colour = _colour(list(BOTH_CAMPAIGNS))
    whisker = base.mark_rule(strokeWidth=3).encode(x=alt.X("low:Q", scale=scale, title=f"{currency}, logarithmic scale", axis=axis), x2="high:Q", color=colour)
    point = base.mark_point(filled=True, size=110, opacity=1).encode(
        x=alt.X("middle:Q", scale=scale), color=colour,
        shape=alt.Shape("name:N", scale=alt.Scale(domain=[_name(side) for side in BOTH_CAMPAIGNS], range=["circle", "square"]), legend=None),
        tooltip=[alt.Tooltip("name:N", title="Campaign"), alt.Tooltip("measure:N", title="Price of a"), alt.Tooltip("words:N", title=currency)])
    said = "; ".join(f"{measure}, {name}: {words}" for measure, name, words in data[["measure", "name", "words"]].to_numpy().tolist())
    return Drawing(_sized(whisker + point), f"Chart of prices with intervals, in {outcome.scenario.title}. {said or 'Nothing is reached'}.")


def _costs(outcome: Outcome) -> pd.DataFrame:
    currency, rows = outcome.scenario.currency, []
    for row in sides(outcome.summary):
        for side, value in zip(BOTH_CAMPAIGNS, (row.programme, row.paid), strict=True):
            if row.label in COST_ROWS and value and value["median"]:
                kind: Kind = "price"
                rows.append((COST_ROWS[row.label], _name(side), value["median"], value["low"], value["high"] or value["median"], with_interval(value, kind, currency)))
    return pd.DataFrame(rows, columns=["measure", "name", "middle", "low", "high", "words"])


def _sized(chart: Any) -> Any:
    return chart.properties(height=HEIGHT).configure_axis(labelFontSize=13, titleFontSize=13).configure_legend(labelFontSize=13).configure_view(stroke=None)


def _colour(channels: Sequence[str]) -> Any:
    """The house's colours, named below the chart."""
    ordered = [channel for channel in DASHES if channel in channels]
    colours = [GREY if channel == ANY else LOOKS[channel].colour for channel in ordered]
    return alt.Color("name:N", scale=alt.Scale(domain=[_name(channel) for channel in ordered], range=colours), legend=_legend())


def _legend() -> Any:
    return alt.Legend(title=None, orient="bottom", columns=2, labelLimit=150, symbolOpacity=1.0, symbolStrokeWidth=2.5, rowPadding=0)


def _name(channel: str) -> str:
    return LOOKS[channel].label


def _people(row: Any) -> str:
    return with_interval({"mean": row["mean"], "low": row["low"], "high": row["high"]}, "people", "")
