"""What a budget reaches by the part that goes to the programme, and what the next money returns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulation.inputs.parameters import Scenario
from simulation.measures.intervals import INTERVAL
from simulation.presentation.chart_numbers import counted, percent, rounded
from simulation.presentation.numbers import money
from simulation.presentation.style import BODY, GREY, INK, LOOKS, SMALL, TOP, Chart, house_style, name_axes, panel, slide

GOALS = {
    "reach": "People added",
    "reach_3plus": "People added who see it 3 times or more",
    "engagements": "Likes, clicks and reshares added",
    "cost_per_person": "Cost per person added",
}
SHORT = {"reach": "people", "reach_3plus": "people (3 times or more)", "engagements": "reactions", "cost_per_person": "cost per person"}


def frontier(scenario: Scenario, summary: dict[str, Any]) -> Chart | None:
    """The goal against the programme's part of the budget, with the interval over draws; None where only one decision is open."""
    data = pd.DataFrame([{"part_to_programme": row["part_to_programme"], **row["goal"], "best_in": row["best_in"], "chosen": place == summary["chosen"]}
                         for place, row in enumerate(summary["menu"])])
    if len(data) < 2:
        return None
    title = _title(summary)
    with house_style():
        figure = slide(title, _subtitle(summary), _foot(scenario, summary))
        axes = panel(figure, left=0.05, right=0.02)
        _band(axes, data, summary["goal"])
        name_axes(figure, axes, "Part of the budget that goes to the programme", f"{GOALS[summary['goal']]}, mean and {INTERVAL:.0%} of draws")
        _mark(axes, data)
    spoken = "; ".join(f"{percent(part)} to the programme {_value(summary, mean)}" for part, mean in zip(data["part_to_programme"], data["mean"], strict=True))
    return Chart("frontier", figure, data, f"Line chart of {GOALS[summary['goal']].lower()} by the programme's part of the budget. {title}. {spoken}.")


def returns_of_money(scenario: Scenario, summary: dict[str, Any]) -> Chart | None:
    """What a tenth of the budget more returns in each use, for each thousand; None where nothing more can be bought."""
    rows = sorted(summary["returns"], key=lambda row: row["per_thousand"])
    if not rows or summary["goal"] == "cost_per_person":
        return None
    data = pd.DataFrame([{"use": row["use"], "per_thousand": row["per_thousand"], **{end: row["gain"][end] / row["money"] * 1000 for end in ("low", "high")}} for row in rows])
    best = rows[-1]
    each = money(1000, summary["currency"])
    title = (f"The next {each} returns most in {best['use'].removeprefix('more ')}: {counted(best['per_thousand'])} {SHORT[summary['goal']]}" if best["per_thousand"] > 0
             else "No use of more money returns anything")
    with house_style():
        figure = slide(title, f"{GOALS[summary['goal']]} for each {each} more, a tenth of the budget at a time, everything else as chosen: mean and {INTERVAL:.0%} of draws.",
                       _foot(scenario, summary))
        axes = panel(figure, left=0.19, right=0.06, top=TOP + 0.04)
        _bars(axes, data)
        axes.set_xlabel(f"{GOALS[summary['goal']]} for each {each}", loc="left", labelpad=8)
    return Chart("returns", figure, data, f"Bar chart of what more money returns by use. {title}.")


def _title(summary: dict[str, Any]) -> str:
    chosen, budget = summary["menu"][summary["chosen"]], money(summary["budget"], summary["currency"])
    sure = percent(chosen["best_in"])
    if not chosen["settings"]["programme.enabled"]:
        return f"All of {budget} to ads is best in {sure} of draws"
    if not chosen["settings"]["paid.enabled"]:
        return f"All of {budget} to the programme is best in {sure} of draws"
    return f"{percent(chosen['part_to_programme'])} of {budget} to the programme, the rest to ads, is best in {sure} of draws"


def _subtitle(summary: dict[str, Any]) -> str:
    return (f"At each split the best advocates, items, platforms and caps that the search found, {summary['decisions_searched']} decisions tried; "
            f"shown are {summary['draws']} draws of parameters, society and luck that it did not see, common to all splits.")


def _foot(scenario: Scenario, summary: dict[str, Any]) -> str:
    return f"Advocacy Reach, scenario {scenario.name}, {summary['draws']} draws; best or as good as the best within 1%; risk: {summary['risk']}"


def _value(summary: dict[str, Any], value: float) -> str:
    return money(value, summary["currency"]) if summary["goal"] == "cost_per_person" else counted(value)


def _band(axes: Axes, data: pd.DataFrame, goal: str) -> None:
    part = data["part_to_programme"].to_numpy()
    look = LOOKS["any"]
    axes.fill_between(part, data["low"].to_numpy(), data["high"].to_numpy(), color=GREY, alpha=0.16, linewidth=0)
    axes.plot(part, data["mean"].to_numpy(), color=look.colour, linewidth=3.0, marker="o", markersize=8, zorder=3, gid="line-frontier")
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(min(0.0, float(data["low"].min())), max(float(data["high"].max()) * 1.12, 1e-9))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))
    axes.yaxis.set_major_locator(MaxNLocator(6))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.2f}" if goal == "cost_per_person" else f"{value:,.0f}"))
    axes.grid(axis="y")


def _mark(axes: Axes, data: pd.DataFrame) -> None:
    """The chosen split in colour, and over each split in how many draws it is best."""
    for row in data.to_dict("records"):
        chosen, look = bool(row["chosen"]), LOOKS["programme" if row["part_to_programme"] > 0 else "paid"]
        if chosen:
            axes.plot(row["part_to_programme"], row["mean"], marker="o", markersize=15, color=look.colour, zorder=4, gid="chosen")
        axes.annotate(f"best in {percent(row['best_in'])}" if chosen else percent(row["best_in"]), (row["part_to_programme"], row["high"]), (0, 7), textcoords="offset points",
                      ha="left" if row["part_to_programme"] < 0.02 else "right" if row["part_to_programme"] > 0.98 else "center", size=BODY if chosen else SMALL,
                      weight="bold" if chosen else "normal", color=look.ink if chosen else GREY, path_effects=[withStroke(linewidth=4, foreground="white")])


def _bars(axes: Axes, data: pd.DataFrame) -> None:
    place, value = np.arange(len(data)), data["per_thousand"].to_numpy()
    colours = [LOOKS["paid"].colour if "ads" in use else LOOKS["programme"].colour for use in data["use"]]
    axes.barh(place, value, height=0.55, color=colours, zorder=2)
    axes.errorbar(value, place, xerr=np.abs(np.stack((value - data["low"], data["high"] - value))), fmt="none", ecolor=INK, elinewidth=1.4, capsize=4, zorder=3)
    axes.set_yticks(place, data["use"].str.replace("more ", ""))
    axes.tick_params(axis="y", labelsize=BODY, labelcolor=INK)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda amount, _: f"{amount:,.0f}"))
    axes.axvline(0, color=GREY, linewidth=1)
    reach = float(np.maximum(data["high"].abs(), value).max())
    for number, row in enumerate(data.to_dict("records")):
        axes.text(max(row["high"], row["per_thousand"], 0.0) + 0.012 * reach, number, rounded(row["per_thousand"]), va="center", size=BODY, color=INK)

