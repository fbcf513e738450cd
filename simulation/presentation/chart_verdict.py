"""The verdict over ad prices and participation: who adds more people for the same money."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke

from simulation.inputs.parameters import Scenario
from simulation.presentation.chart_numbers import middle, percent, rounded
from simulation.presentation.style import BODY, GREY, INK, LOOKS, RIGHT, SMALL, TOP, Chart, house_style, name_axes, panel, slide, source, text_width

EMPTY = "#E9E9E9"
LIMIT = 2.0
"""Colours end at a hundred to one."""


def verdict_map(scenario: Scenario, summary: dict[str, Any], verdict: pd.DataFrame) -> Chart | None:
    """Ratio of people added by ads to people added by the programme for the same money; None where one of the two never adds anybody."""
    data = _table(scenario, verdict)
    if not (data["paid_added"] > 0).any() or not (data["programme_added"] > 0).any():
        return None
    title = _title(summary)
    with house_style():
        figure = slide(title, _subtitle(scenario, verdict), source(scenario, summary["replications"]))
        axes = panel(figure, left=0.065, right=0.125, bottom=0.205)
        grid = data.pivot(index="enrolment", columns="price_multiple", values="log10_ratio")
        limit = _limit(grid)
        _colour(figure, axes, grid, limit)
        _figures(axes, grid, limit)
        _marks(figure, [*_contour(axes, grid), *_own_point(axes, grid, scenario)])
        _ticks(axes, grid, scenario)
        name_axes(
            figure,
            axes,
            f"Ad prices as a multiple of this scenario's; below, {scenario.currency} of {scenario.price_year} per 1,000 impressions",
            "Employees enrolled",
        )
    return Chart(
        "verdict",
        figure,
        data,
        f"Colour map of people added by ads against the programme for the same money, by enrolment and ad price. {title}. {_spoken(data)}",
    )


def blended_cpm(scenario: Scenario) -> float | None:
    """Price of a thousand impressions over all platforms bought, each with its part of the money."""
    parts = scenario.bought_platforms
    bought = sum(part / mean_cpm(scenario, name) for name, part in parts.items())
    return sum(parts.values()) / bought if bought > 0 else None


def mean_cpm(scenario: Scenario, platform: str) -> float:
    """Price of a thousand impressions on a platform over all flights, each with its part of the money."""
    terms = [(part[platform], (flight.cpm or {}).get(platform, scenario.paid.cpm[platform]))
             for flight, part in zip(scenario.paid.flights or (), scenario.flight_parts, strict=True) if platform in part]
    return sum(part for part, _ in terms) / sum(part / cpm for part, cpm in terms) if terms else scenario.paid.cpm[platform]


def _table(scenario: Scenario, verdict: pd.DataFrame) -> pd.DataFrame:
    """Means over replications; the ratio is empty where neither adds anybody and infinite where only one does."""
    means = verdict.groupby(["enrolment", "price_multiple"], as_index=False)[["cost", "programme_added", "paid_added"]].mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log10(means["paid_added"].clip(lower=0).to_numpy() / means["programme_added"].clip(lower=0).to_numpy())
    cpm = blended_cpm(scenario)
    return means.assign(cpm=np.nan if cpm is None else means["price_multiple"] * cpm, log10_ratio=ratio)


def _title(summary: dict[str, Any]) -> str:
    multiple, added = summary["break_even_price_multiple"], summary["added_reach"]["programme"]
    value = middle(multiple)
    if value is None:
        none = middle(added) is None or (middle(added) or 0.0) <= 0
        return (
            "The programme adds nobody, so ads win at every price"
            if none
            else "No affordable amount of ads matches the programme: it wins at every price"
        )
    if value < 0.005:
        return "The programme costs too little to buy any ads: it wins at every price"
    low, high = multiple["low"], multiple["high"]
    times = rounded(value, low, high, 2)
    if value > 1.05:
        return f"Ads add more people for the same money, until they cost about {times} times as much as in this scenario"
    if value < 1 / 1.05:
        return f"The programme adds more people for the same money, unless ads cost only {percent(value)} of what they do in this scenario"
    return "Ads and the programme add about as many people for the same money, at the prices of this scenario"


def _subtitle(scenario: Scenario, verdict: pd.DataFrame) -> str:
    prices = ", ".join(f"{name} {mean_cpm(scenario, name):.2f}" for name in scenario.bought_platforms)
    played = verdict["replication"].nunique()
    count = "1 replication" if played == 1 else f"{played} replications"
    return (
        f"How many times as many people the winner (bold: the programme) adds for what the programme costs; means of {count}. "
        f"Prices at 1×: {prices} {scenario.currency} per 1,000 impressions."
    )


def _map() -> LinearSegmentedColormap:
    return LinearSegmentedColormap.from_list("verdict", [LOOKS["programme"].colour, "#A9CDE6", "#F7F7F7", "#F3BF97", LOOKS["paid"].colour])


def _limit(grid: pd.DataFrame) -> float:
    """Where the colours end, alike on both sides."""
    finite = np.abs(grid.to_numpy()[np.isfinite(grid.to_numpy())])
    return float(np.clip(finite.max() if finite.size else 1.0, 0.5, LIMIT))


def _colour(figure: Figure, axes: Axes, grid: pd.DataFrame, limit: float) -> None:
    axes.set_facecolor(EMPTY)
    mesh = axes.pcolormesh(
        np.arange(grid.shape[1] + 1) - 0.5,
        np.arange(grid.shape[0] + 1) - 0.5,
        np.clip(grid.to_numpy(), -limit, limit),
        cmap=_map(),
        norm=Normalize(-limit, limit),
        edgecolor="white",
        linewidth=1.5,
    )
    mesh.set_gid("verdict")
    box = axes.get_position()
    scale = figure.add_axes((box.x1 + 0.02, box.y0, 0.016, box.height))
    bar = figure.colorbar(mesh, cax=scale)
    bar.outline.set_visible(False)
    marks = [mark for mark in (-2, -1, -np.log10(3), 0, np.log10(3), 1, 2) if abs(mark) <= limit + 1e-9]
    bar.set_ticks(marks, labels=[_colour_name(mark) for mark in marks])
    bar.ax.tick_params(length=0, labelsize=SMALL)


def _colour_name(mark: float) -> str:
    times = f"{10 ** abs(mark):.0f}×"
    return "equal" if mark == 0 else f"ads {times}" if mark > 0 else f"prog. {times}"


def _figures(axes: Axes, grid: pd.DataFrame, limit: float) -> None:
    """The winner's ratio in every cell."""
    colours, norm = _map(), Normalize(-limit, limit)
    for (row, column), value in np.ndenumerate(grid.to_numpy()):
        text = "–" if np.isnan(value) else "all" if np.isinf(value) else f"{rounded(10 ** abs(value), digits=2)}×"
        back = EMPTY if np.isnan(value) else colours(norm(np.clip(value, -limit, limit)))
        axes.text(
            column,
            row,
            text,
            ha="center",
            va="center",
            size=SMALL,
            color="white" if value < -0.7 * limit else INK,
            weight="bold" if value < 0 else "normal",
            zorder=5,
            path_effects=[withStroke(linewidth=4, foreground=back)],
        )


def _contour(axes: Axes, grid: pd.DataFrame) -> list[tuple[str, str]]:
    """A line where both add as many people for the same money, if that lies on the map; it runs to the edges."""
    values = np.clip(grid.to_numpy(), -LIMIT, LIMIT)
    if min(values.shape) < 2 or not (np.nanmin(values) < 0 < np.nanmax(values)):
        return []
    across, up = (np.array([-0.5, *range(count), count - 0.5]) for count in values.shape[::-1])
    axes.contour(across, up, np.ma.masked_invalid(np.pad(values, 1, mode="edge")), levels=[0.0], colors=[INK], linewidths=3)
    return [("line", "equal reach for equal money")]


def _own_point(axes: Axes, grid: pd.DataFrame, scenario: Scenario) -> list[tuple[str, str]]:
    """A ring around this scenario, between the grid's values; at the edge where it lies outside."""
    if not (scenario.programme.enabled and scenario.paid.enabled):
        return []
    across = float(np.interp(0.0, np.log(grid.columns.to_numpy(dtype=np.float64)), np.arange(grid.shape[1])))
    up = float(np.interp(scenario.programme.enrolment_fraction, grid.index.to_numpy(dtype=np.float64), np.arange(grid.shape[0])))
    axes.plot(
        across,
        up,
        marker="o",
        markersize=44,
        markerfacecolor="none",
        markeredgecolor=INK,
        markeredgewidth=2.5,
        zorder=6,
        clip_on=False,
        gid="own-point",
    )
    return [("ring", "this scenario")]


def _marks(figure: Figure, marks: list[tuple[str, str]]) -> None:
    """What the line and the ring mean, over the map, flush right."""
    right, up = RIGHT, TOP + 0.035
    for kind, words in reversed(marks):
        left = right - text_width(words, BODY)
        figure.text(left, up, words, size=BODY, va="center_baseline")
        if kind == "line":
            figure.add_artist(Line2D([left - 0.036, left - 0.008], [up, up], transform=figure.transFigure, color=INK, linewidth=3))
        else:
            figure.add_artist(
                Line2D(
                    [left - 0.018],
                    [up],
                    transform=figure.transFigure,
                    marker="o",
                    markersize=15,
                    markerfacecolor="none",
                    markeredgecolor=INK,
                    markeredgewidth=2.5,
                    linestyle="none",
                )
            )
        right = left - 0.065


def _ticks(axes: Axes, grid: pd.DataFrame, scenario: Scenario) -> None:
    cpm = blended_cpm(scenario)
    axes.set_xticks(np.arange(grid.shape[1]), [_price(float(multiple), cpm) for multiple in grid.columns.to_numpy()])
    axes.set_yticks(np.arange(grid.shape[0]), [f"{enrolment:.0%}" for enrolment in grid.index])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.tick_params(axis="y", colors=GREY)


def _price(multiple: float, cpm: float | None) -> str:
    return f"{multiple:g}×" + ("" if cpm is None else f"\n{rounded(multiple * cpm)}")


def _spoken(data: pd.DataFrame) -> str:
    wins = int((data["log10_ratio"] < 0).sum())
    return f"The programme adds more people in {wins} of the {len(data)} combinations drawn."
