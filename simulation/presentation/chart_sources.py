"""Where the variance comes from, and the box in which the outcome is most often of interest."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simulation.presentation.chart_numbers import spread
from simulation.presentation.sensitivity_words import PARTS, ROLES, Study, capital, foot, key_words, number, outcome_words
from simulation.presentation.style import BODY, FAINT, GREY, INK, LEFT, RIGHT, SMALL, TITLE, Chart, house_style, leader_line, panel, slide
from simulation.studies.sensitivity.box import Box, Limit
from simulation.studies.sensitivity.effects import said as written
from simulation.studies.sensitivity.table import LEAD, Key, StudyTable
from simulation.studies.sensitivity.variance import Part

BAR = (0.42, 0.6)
NAMES = 0.235


def percent(fraction: float) -> str:
    """A fraction as whole per cent."""
    return "under 1%" if 0 < fraction < 0.005 else f"{max(fraction, 0):.0%}"


def luck_words(table: StudyTable) -> str:
    """What luck stands for, and what "not explained" holds."""
    if table.values.shape[1] > 1:
        return "Luck is all that changes between replications of a point: events, the society, and parameters that the study did not vary."
    return "With one replication luck cannot be told apart; it is part of what is not explained."


def variance_chart(table: StudyTable, study: Study, parts: list[Part]) -> Chart:
    """The variance of an outcome over points and replications as one bar, by source."""
    title = _variance_title(table, parts)
    data = pd.DataFrame([part._asdict() for part in parts])
    with house_style():
        figure = slide(title, f"Over all points and replications; the bar is to scale. {luck_words(table)}", foot(table, study))
        axes = panel(figure, bottom=BAR[0], top=BAR[1])
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1)
        axes.set_axis_off()
        _stack(figure, axes, [part for part in parts if part.part > 0])
    spoken = "; ".join(f"{PARTS[part.source].label.lower()} {percent(part.part)} ({percent(part.low)} to {percent(part.high)})" for part in parts)
    return Chart("variance", figure, data, f"A bar of the variance by source. {title}. {capital(spoken)}.")


def _variance_title(table: StudyTable, parts: list[Part]) -> str:
    first, *others = sorted(parts, key=lambda part: -part.part)
    words = outcome_words(table.outcome)
    if others and others[0].high > first.low:
        names = f"{PARTS[first.source].label} and {PARTS[others[0].source].label.lower()}"
        return f"{names} are the largest parts of the variance of {words}; which of them is larger, this study does not tell"
    return f"{percent(first.part)} of the variance of {words} {_comes_from(first.source)}"


def _comes_from(source: str) -> str:
    return {"levers": "comes from levers: from what one chooses", "uncertainties": "comes from what one cannot choose", "luck": "is luck",
            "both together": "comes from levers and uncertainties acting together", "points": "is explained by no key"}[source]


def _stack(figure: Figure, axes: Axes, parts: list[Part]) -> None:
    total, left, middles = sum(part.part for part in parts), 0.0, []
    box = axes.get_position()
    for part in parts:
        look, width = PARTS[part.source], part.part / total
        axes.add_patch(Rectangle((left, 0), width, 1, facecolor=look.colour, hatch=look.hatch, edgecolor="white", linewidth=2, gid=part.source))
        middles.append(box.x0 + (left + width / 2) * box.width)
        left += width
    wide = 0.17
    for part, middle, place in zip(parts, middles, spread([middle - wide / 2 for middle in middles], wide, LEFT, RIGHT - wide), strict=True):
        look, top = PARTS[part.source], BAR[0] - 0.06
        leader_line(figure, [(middle, BAR[0] - 0.008), (middle, BAR[0] - 0.03), (place + 0.004, BAR[0] - 0.03), (place + 0.004, top + 0.01)])
        figure.text(place, top, look.label, size=BODY, color=look.ink, va="top", linespacing=1.25)
        down = 0.05
        figure.text(place, top - down, percent(part.part), size=TITLE - 4, weight="bold", color=look.ink, va="top")
        figure.text(place, top - down - 0.058, f"{percent(part.low)} to {percent(part.high)}", size=SMALL, color=GREY, va="top")


def interest_words(table: StudyTable, found: Box) -> str:
    """What makes a point interesting."""
    if table.outcome == LEAD and found.above == 0:
        return "the programme adds more people than ads"
    return f"{outcome_words(table.outcome)} above {number(found.above)}"


def limits_words(table: StudyTable, limits: list[Limit]) -> str:
    """What a box asks for, in words."""
    said = [f"{key_words(limit.key, table.keys)} {limit.said}" for limit in limits]
    return " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)


def box_chart(table: StudyTable, study: Study, found: Box) -> Chart:
    """The range of each key, and which part of it the box keeps."""
    title = f"{capital(interest_words(table, found))} in {percent(found.density)} of points with {limits_words(table, found.limits)}"
    if table.outcome != LEAD or found.above != 0:
        title = f"{percent(found.density)} of points with {limits_words(table, found.limits)} have {interest_words(table, found)}"
    whole = {name: value for name, value in found._asdict().items() if name != "limits"}
    data = pd.DataFrame([limit._asdict() for limit in found.limits]).assign(**whole)
    subtitle = (f"Of all points it is {percent(found.cases)}. Measured on {found.points:,} points that were kept apart, {found.inside:,} of them in the box: "
                f"{percent(found.density_low)} to {percent(found.density_high)}; the box holds {percent(found.coverage)} of the points of interest.")
    with house_style():
        figure = slide(title, subtitle, foot(table, study))
        axes = panel(figure, left=NAMES, right=0.02, bottom=0.12)
        limits = {limit.key: limit for limit in found.limits}
        order = sorted(table.keys, key=lambda key: key.name not in limits)[:9]
        for place, key in enumerate(reversed(order)):
            _range(figure, axes, place, len(order), key, limits.get(key.name), table)
        axes.set_xlim(0, 1)
        axes.set_ylim(-0.5, len(order) - 0.5)
        axes.set_axis_off()
    return Chart("box", figure, data, f"Ranges of the keys and the part of each that a box keeps. {title}. {subtitle}")


def _range(figure: Figure, axes: Axes, place: int, rows: int, key: Key, limit: Limit | None, table: StudyTable) -> None:
    look, box = ROLES[key.role], axes.get_position()
    up = float(box.y0 + (place + 0.5) / rows * box.height)
    axes.add_patch(Rectangle((0, place - 0.14), 1, 0.28, facecolor=FAINT, edgecolor="none"))
    low, high = (limit.low, limit.high) if limit else (0.0, 1.0)
    if limit:
        axes.add_patch(Rectangle((low, place - 0.2), max(high - low, 0.012), 0.4, facecolor=look.colour, hatch=look.hatch, edgecolor="white", linewidth=0))
    figure.text(LEFT, up, key_words(key.name, table.keys), size=BODY, color=look.ink if limit else GREY, va="center_baseline")
    ends = (str((key.levels or ("",))[0]), str((key.levels or ("",))[-1])) if key.words else (written(key.low or 0.0), written(key.high or 0.0))
    for across, words, side in ((0.0, ends[0], "left"), (1.0, ends[1], "right")):
        axes.text(across, place - 0.24, words, ha=side, va="top", size=SMALL - 2, color=GREY)
    said = limit.said if limit else "any"
    axes.text(np.clip((low + high) / 2, 0.08, 0.92), place + 0.24, said, ha="center", va="bottom", size=SMALL, color=INK if limit else GREY)
