"""How often people see the programme and the ads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulation.inputs.parameters import Scenario
from simulation.presentation.chart_numbers import band, compact, counted, leader, middle, ratio, rounded, shown, span
from simulation.presentation.chart_reach import world_drawn
from simulation.presentation.style import INK, LOOKS, SMALL, Chart, house_style, key, name_axes, panel, slide, source

BINS = {"1": (1, 1), "2": (2, 2), "3": (3, 3), "4": (4, 4), "5": (5, 5), "6–10": (6, 10), "11–20": (11, 20), "21+": (21, np.inf)}
SIDES = ("programme", "paid")
WIDTH = 0.38


def frequency_distribution(scenario: Scenario, summary: dict[str, Any], frequency: pd.DataFrame) -> Chart:
    """People by the number of impressions they had, programme against ads."""
    world = world_drawn(summary)
    rows = frequency[(frequency["world"] == world) & (frequency["impressions"] > 0)]
    data = frequency_bars(rows, np.sort(frequency["replication"].unique()))
    channels = summary["channels"][world]
    title = _title(rows, channels)
    with house_style():
        figure = slide(
            title,
            "People of the market by the number of impressions they had from each campaign: mean and interval.",
            source(scenario, summary["replications"]),
        )
        axes = panel(figure, left=0.065)
        _draw(axes, data)
        name_axes(figure, axes, f"Impressions per person in {scenario.horizon.weeks} weeks and the {scenario.horizon.tail_days} days after", "People")
        key(figure, [(side, f"{LOOKS[side].label}: {_mean(channels[side]['frequency'])}") for side in SIDES])
    means = "; ".join(f"{LOOKS[side].label.lower()} {_mean(channels[side]['frequency'])}" for side in SIDES)
    return Chart("frequency_distribution", figure, data, f"Bar chart of people by number of impressions. {title}. Means: {means}.")


def frequency_bars(rows: pd.DataFrame, replications: Any) -> pd.DataFrame:
    """Mean and interval of people by campaign and number of impressions, from one world's rows of the frequency table."""
    pieces = []
    for side in SIDES:
        own = rows[rows["channel"] == side]
        for name, (low, high) in BINS.items():
            people = own[own["impressions"].between(low, high)].groupby("replication")["people"].sum().reindex(replications, fill_value=0)
            pieces.append((side, name, *(float(part) for part in band(people.to_numpy()))))
    return pd.DataFrame(pieces, columns=["channel", "impressions", "mean", "low", "high"])


def _title(rows: pd.DataFrame, channels: dict[str, Any]) -> str:
    programme, paid = (channels[side]["frequency"] for side in SIDES)
    if programme is None and paid is None:
        return "Nobody in the market sees the programme or ads"
    if programme is None:
        return f"Whoever sees an ad sees {shown(paid, 2)} of them on average; nobody sees the programme"
    if paid is None:
        return f"Whoever sees the programme sees it {shown(programme, 2)} times on average; nobody sees an ad"
    value, low, high = ratio(*(_means(rows, side) for side in ("programme", "paid")))
    match leader(low, high):
        case 1:
            times, figures = rounded(value, low, high, 2), f"{shown(programme, 2)} against {shown(paid, 2)} impressions"
            return f"The programme reaches a person {times} times as often as ads: {figures}"
        case -1:
            value, low, high = ratio(*(_means(rows, side) for side in ("paid", "programme")))
            times, figures = rounded(value, low, high, 2), f"{shown(paid, 2)} against {shown(programme, 2)} impressions"
            return f"Ads reach a person {times} times as often as the programme: {figures}"
    return f"Ads and the programme reach a person about equally often: {shown(paid, 2)} and {shown(programme, 2)} impressions"


def _means(rows: pd.DataFrame, side: str) -> Any:
    """Mean frequency in each replication in which both campaigns reached somebody."""
    seen = rows[rows["channel"].isin(SIDES)].assign(total=lambda table: table["impressions"] * table["people"])
    sums = seen.groupby(["channel", "replication"])[["total", "people"]].sum()
    means = (sums["total"] / sums["people"]).unstack("channel").dropna()
    return means[side].to_numpy() if len(means) else np.ones(1)


def _mean(figure: dict[str, float] | None) -> str:
    value = middle(figure)
    if figure is None or value is None:
        return "nobody reached"
    ends = f" ({span(figure['low'], figure['high'])})" if figure["high"] > figure["low"] else ""
    return f"{shown(figure)} a person{ends}"


def _draw(axes: Axes, data: pd.DataFrame) -> None:
    places = np.arange(len(BINS))
    for number, side in enumerate(SIDES):
        look, bars = LOOKS[side], data[data["channel"] == side]
        centre = places + (number - 0.5) * (WIDTH + 0.02)
        axes.bar(centre, bars["mean"].to_numpy(), WIDTH, color=look.colour, hatch=look.hatch, edgecolor="white", linewidth=0, gid=f"bars-{side}")
        axes.vlines(centre, bars["low"].to_numpy(), bars["high"].to_numpy(), color=INK, linewidth=2.0)
        for place, row in zip(centre, bars.to_dict("records"), strict=True):
            words = compact(counted(row["mean"], row["low"], row["high"], 2))
            axes.annotate(words, (place, row["high"]), (0, 4), textcoords="offset points", ha="center", va="bottom", size=SMALL, color=look.ink)
    axes.set_xticks(places, list(BINS))
    axes.tick_params(axis="x", length=0, labelsize=SMALL + 1)
    axes.set_xlim(-0.6, len(BINS) - 0.4)
    axes.set_ylim(0, max(float(data["high"].max()) * 1.1, 1.0))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.grid(axis="y")
