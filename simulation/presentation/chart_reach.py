"""Reach over time: how many different people each channel has reached so far."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from simulation.inputs.parameters import Scenario
from simulation.presentation.chart_numbers import band, counted, leader, money, people, percent, ratio, rounded, span, spread
from simulation.presentation.style import (
    BODY,
    BOTTOM,
    FAINT,
    GREY,
    LOOKS,
    SMALL,
    TOP,
    Chart,
    height,
    house_style,
    leader_line,
    name_axes,
    panel,
    slide,
    source,
)

ORDER = ("page", "natural", "programme", "paid", "any")
LOG_BEYOND = 20.0
"""Channels that differ by more than this are drawn on a logarithmic axis."""
LABELS = 0.262
"""Room for the labels right of the lines, as a fraction of the slide."""


class Ends(NamedTuple):
    """Reach of each replication at the end, and what the campaigns cost on average."""

    programme: Any
    paid: Any
    any: Any
    programme_cost: float
    paid_cost: float


def reach_over_time(scenario: Scenario, summary: dict[str, Any], daily: pd.DataFrame) -> Chart:
    """Cumulative reach by channel in the world with both campaigns, else in the only one played."""
    world = world_drawn(summary)
    rows = daily[(daily["world"] == world) & (daily["platform"] == "all")]
    ends = _ends(rows)
    data = reach_lines(rows)
    title = _title(scenario, summary["audience"], ends)
    with house_style():
        figure = slide(title, _subtitle(scenario, ends), source(scenario, summary["replications"]))
        axes = panel(figure, left=0.065, right=LABELS)
        _draw(axes, data, scenario)
        name_axes(figure, axes, "Weeks since the campaign began", _up(axes, summary["audience"]))
        _label(figure, axes, data)
    return Chart(
        "reach_over_time",
        figure,
        data,
        f"Line chart of people reached so far by channel over {scenario.horizon.weeks} weeks and a tail. {title}. {_spoken(data)}",
    )


def world_drawn(summary: dict[str, Any]) -> str:
    """The world with both campaigns where it was played, else the first."""
    return "both" if "both" in summary["worlds"] else next(iter(summary["worlds"]))


def reach_lines(rows: pd.DataFrame) -> pd.DataFrame:
    """Mean and interval of cumulative reach by channel and week; channels that reach nobody are left out."""
    pieces = []
    for channel in ORDER:
        table = (
            rows[rows["channel"] == channel].pivot_table(index="day", columns="replication", values="new_reach", aggfunc="sum", fill_value=0).cumsum()
        )
        if table.empty or not table.iloc[-1].any():
            continue
        mean, low, high = band(table.to_numpy(), axis=1)
        weeks = (table.index.to_numpy() + 1) / 7.0
        pieces.append(pd.DataFrame({"channel": channel, "week": weeks, "mean": mean, "low": low, "high": high}))
    return pd.concat(pieces, ignore_index=True) if pieces else pd.DataFrame(columns=["channel", "week", "mean", "low", "high"])


def _ends(rows: pd.DataFrame) -> Ends:
    """Each channel's reach and cost at the end."""
    replications = np.sort(rows["replication"].unique())

    def total(channel: str, column: str) -> Any:
        return rows[rows["channel"] == channel].groupby("replication")[column].sum().reindex(replications, fill_value=0).to_numpy(dtype=np.float64)

    return Ends(
        total("programme", "new_reach"),
        total("paid", "new_reach"),
        total("any", "new_reach"),
        float(total("programme", "cost").mean()),
        float(total("paid", "cost").mean()),
    )


def _title(scenario: Scenario, audience: int, ends: Ends) -> str:
    programme, paid = ends.programme.mean(), ends.paid.mean()
    if programme > 0 and paid > 0:
        return _against(ends)
    for reached, who, absent in (
        (ends.paid, "Ads reach", "the programme reaches nobody" if scenario.programme.enabled else ""),
        (ends.programme, "The programme reaches", "ads reach nobody" if scenario.paid.enabled else ""),
    ):
        if reached.mean() > 0:
            return f"{who} {_of_market(reached, audience)}" + (f"; {absent}" if absent else "")
    if ends.any.mean() > 0:
        return f"Without programme or ads, the brand page and unprompted shares reach {_of_market(ends.any, audience)}"
    return "Nobody in the market is reached"


def _against(ends: Ends) -> str:
    """Who reaches how many times as many people, and whether the money is the same."""
    value, low, high = ratio(ends.paid, ends.programme)
    money_too = " for about the same money" if abs(ends.paid_cost - ends.programme_cost) <= 0.1 * max(ends.paid_cost, ends.programme_cost) else ""
    first, second = (_rounded(reached) for reached in (ends.paid, ends.programme))
    match leader(low, high):
        case 1:
            return f"Ads reach {rounded(value, low, high, 2)} times as many people as the programme{money_too}: {first} against {second}"
        case -1:
            value, low, high = ratio(ends.programme, ends.paid)
            return f"The programme reaches {rounded(value, low, high, 2)} times as many people as ads{money_too}: {second} against {first}"
    return f"Ads and the programme reach about as many people{money_too}: {first} and {second}"


def _of_market(reached: Any, audience: int) -> str:
    return f"{people(_rounded(reached))}, {percent(float(reached.mean()) / audience)} of the market"


def _rounded(reached: Any) -> str:
    mean, low, high = (float(part) for part in band(reached))
    return counted(mean, low, high)


def _subtitle(scenario: Scenario, ends: Ends) -> str:
    costs = [
        f"{name} {money(scenario.currency, cost)}"
        for name, cost, enabled in (("programme", ends.programme_cost, scenario.programme.enabled), ("ads", ends.paid_cost, scenario.paid.enabled))
        if enabled
    ]
    spent = f" Cost: {', '.join(costs)}." if costs else " Neither a programme nor ads in this scenario."
    return f"Different people of the market reached so far, by the channel that caused the impression: mean and interval.{spent}"


def _up(axes: Axes, audience: int) -> str:
    scale = ", logarithmic scale" if axes.get_yscale() == "log" else ""
    return f"People reached, of {audience:,}{scale}"


def _draw(axes: Axes, data: pd.DataFrame, scenario: Scenario) -> None:
    last = data.groupby("channel")["mean"].last()
    end = max(data["week"].max() if len(data) else 0.0, scenario.horizon.weeks)
    axes.set_xlim(0, end)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    if len(last) and last.max() > LOG_BEYOND * last.min():
        first = data[data["mean"] > 0].groupby("channel")["mean"].first().min()
        axes.set_yscale("log")
        axes.set_ylim(max(10 ** np.floor(np.log10(first)), last.min() / 100), data["high"].max() * 1.3)
        axes.yaxis.set_major_locator(LogLocator(10, numticks=12))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.set_ylim(0, max(data["high"].max() * 1.06 if len(data) else 1.0, 1.0))
        axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.grid(axis="y")
    for channel, line in data.groupby("channel", sort=False):
        look, weeks = LOOKS[str(channel)], line["week"].to_numpy()
        axes.fill_between(weeks, line["low"].to_numpy(), line["high"].to_numpy(), color=look.colour, alpha=0.16, linewidth=0)
        axes.plot(
            weeks,
            line["mean"].to_numpy(),
            color=look.colour,
            linestyle=look.line,
            linewidth=1.6 if channel == "any" else 3.2,
            zorder=3,
            gid=f"line-{channel}",
        )
    _shade_tail(axes, scenario.horizon.weeks, end)


def _shade_tail(axes: Axes, campaign: float, end: float) -> None:
    """The days after the campaign, in which late impressions still count."""
    if end <= campaign:
        return
    axes.axvspan(campaign, end, color=FAINT, alpha=0.55, linewidth=0, zorder=0)
    axes.text(campaign - 0.006 * end, 0.02, "campaign ends", transform=axes.get_xaxis_transform(), ha="right", va="bottom", size=SMALL, color=GREY)


def _label(figure: Figure, axes: Axes, data: pd.DataFrame) -> None:
    """Name, reach and interval at the end of each line, moved apart where lines end close together."""
    ends = data.groupby("channel", sort=False).last()
    box, to_slide = axes.get_position(), axes.transData + figure.transFigure.inverted()
    wanted = [float(to_slide.transform((axes.get_xlim()[1], end["mean"]))[1]) for _, end in ends.iterrows()]
    gap = height(BODY) + height(SMALL) + 0.012
    for (channel, end), true, place in zip(ends.iterrows(), wanted, spread(wanted, gap, BOTTOM + gap / 2, TOP - height(BODY)), strict=True):
        look = LOOKS[str(channel)]
        leader_line(figure, [(box.x1 + 0.003, true), (box.x1 + 0.017, place), (box.x1 + 0.023, place)], look.colour)
        left = box.x1 + 0.028
        figure.text(
            left,
            place + 0.001,
            f"{look.label} {counted(end['mean'], end['low'], end['high'])}",
            size=BODY,
            weight="bold",
            color=look.ink,
            va="bottom",
        )
        note = span(end["low"], end["high"]) if end["high"] > end["low"] else "people"
        figure.text(left, place - 0.004, note, size=SMALL, color=GREY, va="top")


def _spoken(data: pd.DataFrame) -> str:
    ends = data.groupby("channel", sort=False).last()
    each = [f"{LOOKS[str(channel)].label.lower()} {counted(end['mean'], end['low'], end['high'])}" for channel, end in ends.iterrows()]
    return f"People reached at the end: {', '.join(each)}." if each else "No channel reaches anybody."
