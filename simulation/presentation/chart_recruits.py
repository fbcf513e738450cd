"""People added per recruit: the choice against simpler ways to choose."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from simulation.inputs.parameters import Scenario
from simulation.presentation.chart_numbers import counted, rounded, spread
from simulation.presentation.style import BODY, BOTTOM, GREY, INK, LOOKS, TOP, Chart, height, house_style, leader_line, name_axes, panel, slide

WAYS = {"chosen": "Chosen for what they add", "most_followers": "Most followers", "department": "Departments in turn", "seniority": "Managers first", "random": "At random"}
LINES: dict[str, Any] = {"chosen": "solid", "most_followers": (0, (5, 1.6)), "department": (0, (7, 2, 1.5, 2)), "seniority": (0, (3, 2)), "random": (0, (1.2, 1.3))}


def reach_per_recruit(scenario: Scenario, summary: dict[str, Any]) -> Chart:
    """Expected people added by the first so many recruits, by way of choosing."""
    data = pd.DataFrame([(way, number + 1, people) for way in WAYS for number, people in enumerate(summary["curves"][way])], columns=["way", "recruits", "people"])
    title = _title(summary)
    with house_style():
        figure = slide(title, _subtitle(summary), _foot(scenario, summary))
        axes = panel(figure, left=0.01, right=0.3)
        _draw(axes, data)
        name_axes(figure, axes, "Employees asked to take part", "People added whom nobody and nothing else reaches")
        _label(figure, axes, data)
    ends = ", ".join(f"{WAYS[way].lower()} {counted(summary['curves'][way][-1])}" for way in WAYS)
    return Chart("reach_per_recruit", figure, data, f"Line chart of people added by the number of employees asked, by way of choosing. {title}. At the end: {ends}.")


def _title(summary: dict[str, Any]) -> str:
    chosen, followers, count = summary["curves"]["chosen"][-1], summary["curves"]["most_followers"][-1], len(summary["recruits"])
    who = f"The {count} employees who add most" if count > 1 else "The employee who adds most"
    if followers <= 0:
        return f"{who} {'reach' if count > 1 else 'reaches'} {counted(chosen)} people whom nobody else reaches"
    times = chosen / followers
    if times < 1.05:
        return f"Whoever has most followers also adds most people: {counted(followers)} of {counted(chosen)}"
    return f"{who} reach {rounded(times, digits=2)} times as many new people as the {count} with most followers" if count > 1 else \
        f"{who} reaches {rounded(times, digits=2)} times as many new people as the one with most followers"


def _subtitle(summary: dict[str, Any]) -> str:
    yes = summary["expected_to_say_yes"]
    hop = "likes and reshares included" if summary["spread"] == "passed_on" else "followers only, without likes and reshares"
    return (f"Expected people of the market added over the campaign to those reached by ads, pages and whoever shares already; {hop}. "
            f"Of {len(summary['recruits'])} who are asked, {counted(yes)} are expected to say yes.")


def _foot(scenario: Scenario, summary: dict[str, Any]) -> str:
    return f"Advocacy Reach, scenario {scenario.name}; no choice adds more than {counted(summary['no_choice_adds_more_than'])}; ways with chance in them: means of 20 draws"


def _draw(axes: Axes, data: pd.DataFrame) -> None:
    last = int(data["recruits"].max())
    axes.set_xlim(0, last)
    axes.set_ylim(0, max(float(data["people"].max()) * 1.05, 1.0))
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.grid(axis="y")
    for way, line in data.groupby("way", sort=False):
        colour, width = (LOOKS["programme"].colour, 3.6) if way == "chosen" else (INK if way == "most_followers" else GREY, 2.2)
        across, up = np.append(0, line["recruits"].to_numpy()), np.append(0.0, line["people"].to_numpy())
        axes.plot(across, up, color=colour, linestyle=LINES[str(way)], linewidth=width, zorder=4 if way == "chosen" else 3, gid=f"line-{way}")


def _label(figure: Figure, axes: Axes, data: pd.DataFrame) -> None:
    """Name and people at the end of each line, moved apart where lines end close together."""
    ends = data.groupby("way", sort=False)["people"].last()
    box, to_slide = axes.get_position(), axes.transData + figure.transFigure.inverted()
    wanted = [float(to_slide.transform((axes.get_xlim()[1], value))[1]) for value in ends]
    for (way, value), true, place in zip(ends.items(), wanted, spread(wanted, height(BODY) + 0.02, BOTTOM, TOP), strict=True):
        colour = LOOKS["programme"].ink if way == "chosen" else INK if way == "most_followers" else GREY
        leader_line(figure, [(box.x1 + 0.003, true), (box.x1 + 0.017, place), (box.x1 + 0.023, place)], colour)
        figure.text(box.x1 + 0.028, place, f"{WAYS[str(way)]} {counted(float(value))}", size=BODY, weight="bold" if way == "chosen" else "normal", color=colour, va="center")
