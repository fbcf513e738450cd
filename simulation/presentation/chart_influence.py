"""Which keys matter: indices with intervals, and a tornado of what each key does from end to end."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from simulation.presentation.sensitivity_words import ROLES, Study, apart, capital, foot, interval, key_words, number, outcome_words, unit, with_interval
from simulation.presentation.style import BODY, FAINT, GREY, INK, LEFT, RIGHT, SMALL, TOP, Chart, house_style, panel, slide, text_width
from simulation.studies.sensitivity.effects import Effect
from simulation.studies.sensitivity.indices import Index, Indices
from simulation.studies.sensitivity.table import StudyTable

MOST = 9
"""Rows that a slide holds."""
NAMES, VALUES = 0.235, 0.175
LEADING = {"sobol": "total", "morris": "mean absolute effect", "given data": "importance"}
"""The index by which keys are ranked."""
MEANING = {
    "sobol": "Part of the variance that would go if the key were known: filled, with its interactions (total index); hollow, alone (first order).",
    "morris": "Mean absolute change of the outcome when the key moves across its range (elementary effects).",
    "given data": "How far knowing the key moves the distribution of the outcome, 0 to 1 (PAWN). Grey: what keys made up at random show.",
}


def influence(table: StudyTable, study: Study, found: Indices) -> Chart:
    """Indices of one method, largest first, with intervals."""
    leading = ranked(found)
    title = _influence_title(table, found, leading)
    data = pd.DataFrame([index._asdict() for index in found.indices])
    with house_style():
        figure = slide(title, f"{MEANING[found.method]} Bars are intervals.", foot(table, study))
        axes = panel(figure, left=NAMES, right=VALUES)
        shown = leading[:MOST]
        if found.floor:
            floor = found.floor[LEADING[found.method]]
            axes.axvspan(0, floor, color=FAINT, zorder=0, linewidth=0)
        for place, index in enumerate(reversed(shown)):
            first = next((each for each in found.indices if each.key == index.key and each.name == "first order"), None) if found.method == "sobol" else None
            _row(figure, axes, place, len(shown), index, first, table)
        _finish(axes, len(shown), unit(table, study) if found.method == "morris" else "", zero=True)
        roles(figure, table)
    spoken = "; ".join(f"{key_words(index.key, table.keys)} {with_interval(index.value, index.low, index.high)}" for index in leading)
    return Chart(f"influence_{found.method.replace(' ', '_')}", figure, data, f"Dot chart of the {LEADING[found.method]} index of each key. {title}. {capital(spoken)}.")


def ranked(found: Indices) -> list[Index]:
    """The leading index of each key, largest first."""
    return sorted((index for index in found.indices if index.name == LEADING[found.method]), key=lambda index: -index.value)


def _influence_title(table: StudyTable, found: Indices, leading: list[Index]) -> str:
    first, words = leading[0], outcome_words(table.outcome)
    if found.floor and first.low <= found.floor[LEADING[found.method]]:
        return f"No key stands out for {words}: all show about what a key made up at random would"
    name = capital(key_words(first.key, table.keys))
    if len(leading) == 1 or apart(first, leading[1]):
        return f"{name} matters most for {words}"
    close = [key_words(index.key, table.keys) for index in leading[1:] if not apart(first, index)]
    if len(close) == 1:
        return f"{name} and {close[0]} matter most for {words}; which of the two more, these points do not tell"
    return f"{name} may matter most for {words}, but {len(close)} other keys cannot be told from it"


def _row(figure: Figure, axes: Axes, place: int, rows: int, index: Index, first: Index | None, table: StudyTable) -> None:
    look, up = ROLES[index.role], _up(axes, place, rows)
    axes.axhline(place, color=FAINT, linewidth=0.9, zorder=0)
    axes.plot([index.low, index.high], [place, place], color=look.colour, linewidth=5, alpha=0.5, solid_capstyle="butt")
    axes.plot(index.value, place, marker="o" if index.role == "lever" else "D", color=look.colour, markersize=13, markeredgecolor="white")
    if first is not None:
        axes.plot([first.low, first.high], [place - 0.22] * 2, color=look.colour, linewidth=2, solid_capstyle="butt")
        axes.plot(first.value, place - 0.22, marker="o" if index.role == "lever" else "D", markersize=8, markerfacecolor="white", markeredgecolor=look.ink, markeredgewidth=1.6)
    figure.text(LEFT, up, _short(key_words(index.key, table.keys)), size=BODY, color=look.ink, va="center_baseline")
    figure.text(RIGHT - VALUES + 0.03, up, number(index.value, index.low, index.high), size=BODY, weight="bold", color=look.ink, va="center_baseline")
    figure.text(RIGHT, up, interval(index.low, index.high), size=SMALL, color=GREY, ha="right", va="center_baseline")


def tornado(table: StudyTable, study: Study, effects: list[Effect]) -> Chart:
    """What each key does to the outcome from one end to the other, largest change first."""
    title = _tornado_title(table, effects)
    alone = table.method == "one_at_a_time"
    how = "each key alone, the others as in the scenario" if alone else "points of lowest against points of highest value of a key, the others as they come"
    data = pd.DataFrame([effect._asdict() for effect in effects])
    shown, centre = effects[:MOST], float(table.means[0] if alone else table.means.mean())
    with house_style():
        figure = slide(title, f"{capital(outcome_words(table.outcome))}: {how}. Right: the change, with its interval.", foot(table, study))
        axes = panel(figure, left=NAMES, right=VALUES + 0.035)
        _limits(axes, [value for effect in shown for value in (effect.low, effect.high)], centre)
        for place, effect in enumerate(reversed(shown)):
            _bar(figure, axes, place, len(shown), effect, centre, table)
        axes.axvline(centre, color=INK, linewidth=1.6, zorder=4)
        _finish(axes, len(shown), capital(unit(table, study, whole=True)), zero=False)
        roles(figure, table)
    spoken = "; ".join(f"{key_words(effect.key, table.keys)} from {effect.low_at} to {effect.high_at}: {_change(effect)}" for effect in effects)
    return Chart("tornado", figure, data, f"Tornado chart of {outcome_words(table.outcome)}. {title}. Changes: {spoken}.")


def _change(effect: Effect) -> str:
    sign = "+" if effect.change > 0 else ""
    ends = interval(effect.change_low, effect.change_high)
    return f"{sign}{number(effect.change, effect.change_low, effect.change_high)}" + (f" ({ends})" if ends else "")


def _tornado_title(table: StudyTable, effects: list[Effect]) -> str:
    first, words = effects[0], outcome_words(table.outcome)
    name = key_words(first.key, table.keys)
    if not (first.change_low > 0 or first.change_high < 0) and first.change_low == first.change_low:
        return f"No key moves {words} by more than the points can tell"
    more = "higher" if first.change > 0 else "lower"
    return f"{capital(name)} moves {words} most: {number(abs(first.change), first.change_low, first.change_high)} {more} where it is highest than where it is lowest"


def _limits(axes: Axes, values: list[float], centre: float) -> None:
    low, high = min([*values, centre]), max([*values, centre])
    room = 0.3 * max(high - low, 1e-12)
    axes.set_xlim(low - room, high + room)


def _bar(figure: Figure, axes: Axes, place: int, rows: int, effect: Effect, centre: float, table: StudyTable) -> None:
    look, up = ROLES[effect.role], _up(axes, place, rows)
    axes.axhline(place, color=FAINT, linewidth=0.9, zorder=0)
    for value, words, filled in ((effect.low, effect.low_at, False), (effect.high, effect.high_at, True)):
        fill = {"facecolor": look.colour, "hatch": look.hatch} if filled else {"facecolor": "white"}
        axes.barh(place, value - centre, left=centre, height=0.52, edgecolor=look.ink, linewidth=1.4, zorder=3, **fill)  # type: ignore[arg-type]
        axes.annotate(words, (value, place), xytext=(6 if value >= centre else -6, 0), textcoords="offset points", ha="left" if value >= centre else "right", va="center_baseline",
                      size=SMALL - 1.5, color=GREY, zorder=5, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})
    figure.text(LEFT, up, _short(key_words(effect.key, table.keys)), size=BODY, color=look.ink, va="center_baseline")
    sign = "+" if effect.change > 0 else ""
    figure.text(RIGHT, up + 0.012, sign + number(effect.change, effect.change_low, effect.change_high), size=BODY, weight="bold", color=look.ink, ha="right", va="center_baseline")
    figure.text(RIGHT, up - 0.019, interval(effect.change_low, effect.change_high), size=SMALL - 2, color=GREY, ha="right", va="center_baseline")


def _short(words: str) -> str:
    """A name no wider than its room."""
    while text_width(words, BODY) > NAMES - 0.015:
        words = words[:-2].rstrip() + "…"
    return words


def _up(axes: Axes, place: int, rows: int) -> float:
    box = axes.get_position()
    return float(box.y0 + (place + 0.5) / rows * box.height)


def _finish(axes: Axes, rows: int, label: str, zero: bool) -> None:
    axes.set_ylim(-0.5, rows - 0.5)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.6g}".replace("-", "−"))
    axes.grid(axis="x")
    if zero:
        axes.set_xlim(min(0.0, axes.get_xlim()[0] if axes.get_xlim()[0] < -0.02 * np.ptp(axes.get_xlim()) else 0.0), None)
        axes.axvline(0.0, color=GREY, linewidth=1.0, zorder=1)
    axes.set_xlabel(label, loc="left", labelpad=8)


def roles(figure: Figure, table: StudyTable) -> None:
    """A line of swatches for the roles that there are, flush right, above the axes."""
    present = [role for role in ROLES if any(key.role == role for key in table.keys)]
    right, up = RIGHT, TOP + 0.028
    for role in reversed(present):
        look = ROLES[role]
        left = right - text_width(look.label, SMALL)
        figure.text(left, up, look.label, size=SMALL, color=look.ink, va="center_baseline")
        figure.add_artist(Rectangle((left - 0.03, up - 0.013), 0.022, 0.026, transform=figure.transFigure, facecolor=look.colour, hatch=look.hatch, edgecolor="white", linewidth=0))
        right = left - 0.055
