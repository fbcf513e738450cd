"""What a person added, the next person, and one reaction cost through the programme and through ads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from simulation.inputs.parameters import Scenario
from simulation.presentation.chart_numbers import leader, middle, money, money_span, rounded
from simulation.presentation.style import BODY, FAINT, GREY, LEFT, LOOKS, RIGHT, SMALL, Chart, house_style, panel, slide, source

MEASURES = {
    "cost_per_incremental_person": "Per person whom the other campaign would not have reached, on average",
    "marginal_cost_per_person": "For the next person: one more advocate, or a little more money for ads",
    "cost_per_engagement": "Per like, click or reshare",
}
PLACES = {
    ("cost_per_incremental_person", "programme"): 5.7,
    ("cost_per_incremental_person", "paid"): 4.9,
    ("marginal_cost_per_person", "programme"): 3.3,
    ("marginal_cost_per_person", "paid"): 2.5,
    ("cost_per_engagement", "programme"): 0.9,
    ("cost_per_engagement", "paid"): 0.1,
}
LOWEST, HIGHEST = -0.5, 6.9
NAMES, VALUES = 0.12, 0.255
"""Room for the names on the left and the figures on the right."""


def cost_per_person(scenario: Scenario, summary: dict[str, Any]) -> Chart:
    """Cost of an incremental person, of the next one and of an engagement, programme against ads, on a logarithmic axis."""
    data = _table(scenario, summary)
    title = _title(scenario, summary["cost_per_incremental_person"])
    subtitle = f"All costs included, except for the next person. Median and interval, in {scenario.currency} of {scenario.price_year}."
    with house_style():
        figure = slide(title, subtitle, source(scenario, summary["replications"]))
        axes = panel(figure, left=NAMES, right=VALUES)
        _scale(axes, data, scenario)
        _rows(figure, axes, data, scenario.currency)
    spoken = "; ".join(
        f"{MEASURES[row['measure']].lower()}, {LOOKS[row['channel']].label.lower()}: {_figure(row, scenario.currency)}"
        for row in data.to_dict("records")
    )
    return Chart("cost_per_person", figure, data, f"Dot chart of costs on a logarithmic axis. {title}. {spoken[0].upper()}{spoken[1:]}.")


def _table(scenario: Scenario, summary: dict[str, Any]) -> pd.DataFrame:
    rows = []
    for measure, side in PLACES:
        value = summary[measure][side]
        numbers = [None if value is None else value[name] for name in ("median", "low", "high", "attainable")]
        rows.append((measure, side, *(np.nan if number is None else number for number in numbers), _missing(scenario, measure, side, value)))
    return pd.DataFrame(rows, columns=["measure", "channel", "median", "low", "high", "attainable", "note"])


def _missing(scenario: Scenario, measure: str, side: str, value: dict[str, Any] | None) -> str:
    """Why a figure is undefined, in words; empty where it is not."""
    if middle(value) is not None:
        return ""
    if not {"programme": scenario.programme.enabled, "paid": scenario.paid.enabled}[side]:
        return "no programme in this scenario" if side == "programme" else "no ads in this scenario"
    reason = "nobody reacts" if measure == "cost_per_engagement" else "it adds nobody"
    often = 1.0 if value is None else 1.0 - value["attainable"]
    return f"undefined: {reason}" + ("" if often == 1.0 else f" in {often:.0%} of replications")


def _title(scenario: Scenario, costs: dict[str, Any]) -> str:
    programme, paid = costs["programme"], costs["paid"]
    here, there = middle(programme), middle(paid)
    if here is None and there is None:
        return "Neither the programme nor ads add anybody, so a person has no price"
    if here is None or there is None:
        side, value = ("ads", paid) if here is None else ("the programme", programme)
        absent = "the programme" if here is None else "ads"
        enabled = scenario.programme.enabled if here is None else scenario.paid.enabled
        verb = "adds" if absent == "the programme" else "add"
        silent = f"{absent} mostly {verb} nobody" if enabled else "there is no programme" if absent == "the programme" else "there are no ads"
        return f"A person added costs {_price(scenario, value)} through {side}; {silent}"
    if here <= 0 or there <= 0:
        return f"A person added costs {_price(scenario, programme)} through the programme and {_price(scenario, paid)} through ads"
    return _against(scenario, programme, paid)


def _against(scenario: Scenario, programme: dict[str, Any], paid: dict[str, Any]) -> str:
    """Both prices and their ratio; its interval is the widest that the two allow."""
    low, high = _widest(programme, paid)
    values = f"{_price(scenario, programme)} against {_price(scenario, paid)}"
    match leader(low, high):
        case 1:
            times = rounded(programme["median"] / paid["median"], low, high, 2)
            return f"A person added costs {times} times as much through the programme as through ads: {values}"
        case -1:
            low, high = _widest(paid, programme)
            values = f"{_price(scenario, paid)} against {_price(scenario, programme)}"
            times = rounded(paid["median"] / programme["median"], low, high, 2)
            return f"A person added costs {times} times as much through ads as through the programme: {values}"
    return f"A person added costs about as much through the programme as through ads: {_price(scenario, programme)} and {_price(scenario, paid)}"


def _widest(above: dict[str, Any], below: dict[str, Any]) -> tuple[float, float]:
    high = np.inf if above["high"] is None or not below["low"] else above["high"] / below["low"]
    return (0.0 if not below["high"] else above["low"] / below["high"], high)


def _price(scenario: Scenario, value: dict[str, Any]) -> str:
    return money(scenario.currency, value["median"], value["low"], value["high"])


def _scale(axes: Axes, data: pd.DataFrame, scenario: Scenario) -> None:
    """A logarithmic axis of money around what is drawn, at least one decade wide."""
    numbers = data[["median", "low", "high"]].to_numpy().ravel()
    numbers = numbers[np.isfinite(numbers) & (numbers > 0)]
    low, high = (numbers.min() / 1.6, numbers.max() * 1.6) if numbers.size else (0.1, 10.0)
    widen = max(1.0, np.sqrt(10.0 / (high / low)))
    axes.set_xscale("log")
    axes.set_xlim(low / widen, high * widen)
    axes.set_ylim(LOWEST, HIGHEST)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(LogLocator(10, subs=(1.0, 2.0, 5.0) if high / low * widen**2 < 300 else (1.0,), numticks=12))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.2f}" if value < 1 else f"{value:,.0f}"))
    axes.grid(axis="x")
    axes.set_xlabel(f"{scenario.currency} of {scenario.price_year}, logarithmic scale", loc="left", labelpad=8)


def _rows(figure: Figure, axes: Axes, data: pd.DataFrame, currency: str) -> None:
    box = axes.get_position()

    def up(place: float) -> float:
        return float(box.y0 + _up(place) * box.height)

    for measure, heading in MEASURES.items():
        figure.text(
            LEFT,
            up(PLACES[measure, "programme"] + 0.68),
            heading,
            size=BODY,
            weight="bold",
            va="center",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 3},
        )
    for row in data.to_dict("records"):
        look, place = LOOKS[row["channel"]], PLACES[row["measure"], row["channel"]]
        figure.text(LEFT, up(place), look.label, size=BODY, color=look.ink, va="center_baseline")
        axes.axhline(place, color=FAINT, linewidth=0.9, zorder=0)
        if row["note"]:
            axes.text(
                0.012,
                _up(place),
                row["note"],
                transform=axes.transAxes,
                size=BODY,
                color=GREY,
                va="center",
                style="italic",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 2},
            )
            continue
        high = axes.get_xlim()[1] if np.isnan(row["high"]) else row["high"]
        axes.plot([row["low"], high], [place, place], color=look.colour, linewidth=5, alpha=0.45, solid_capstyle="butt")
        axes.plot(
            row["median"], place, marker="o" if row["channel"] == "programme" else "D", color=look.colour, markersize=13, markeredgecolor="white"
        )
        figure.text(RIGHT - VALUES + 0.02, up(place), _middle(row, currency), size=BODY, weight="bold", color=look.ink, va="center_baseline")
        figure.text(RIGHT, up(place), _ends(row), size=SMALL, color=GREY, ha="right", va="center_baseline")


def _up(place: float) -> float:
    return (place - LOWEST) / (HIGHEST - LOWEST)


def _middle(row: Any, currency: str) -> str:
    return money(currency, row["median"], row["low"], None if np.isnan(row["high"]) else row["high"])


def _ends(row: Any) -> str:
    if np.isnan(row["high"]):
        return f"from {money_span(row['low'], row['median']).partition('–')[0]}"
    return money_span(row["low"], row["high"]) if row["high"] > row["low"] else ""


def _figure(row: Any, currency: str) -> str:
    if row["note"]:
        return str(row["note"])
    return f"{_middle(row, currency)} ({_ends(row)})" if _ends(row) else _middle(row, currency)
