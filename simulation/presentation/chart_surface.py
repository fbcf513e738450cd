"""The outcome over keys: partial dependence with bands, and a heat map of the two keys that do most."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize, TwoSlopeNorm
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from simulation.presentation.sensitivity_words import ROLES, Study, capital, foot, key_words, number, outcome_words, unit
from simulation.presentation.style import BODY, BOTTOM, GREY, INK, LEFT, LOOKS, RIGHT, SMALL, TOP, Chart, house_style, name_axes, panel, slide
from simulation.studies.sensitivity.effects import said
from simulation.studies.sensitivity.emulator import Emulator
from simulation.studies.sensitivity.table import LEAD, StudyTable

MOST = 6
"""Curves that a slide holds."""
GAP = 0.055
RAMP = LinearSegmentedColormap.from_list("outcome", ["#F7F7F7", "#A9CDE6", "#0072B2", "#003F63"])
WINNER = LinearSegmentedColormap.from_list("winner", [LOOKS["paid"].colour, "#F3BF97", "#F7F7F7", "#A9CDE6", LOOKS["programme"].colour])


def dependence_chart(emulator: Emulator, study: Study, curves: dict[str, pd.DataFrame]) -> Chart:
    """One small chart a key, all on the same scale, those that rise or fall most first."""
    table = emulator.table
    order = sorted(curves, key=lambda name: -float(np.ptp(curves[name]["mean"])))
    shown, title = order[:MOST], _dependence_title(emulator, curves, order)
    data = pd.concat([curves[name].assign(key=name)[["key", "value", "mean", "low", "high"]] for name in order], ignore_index=True)
    subtitle = (f"{capital(outcome_words(table.outcome))}, {unit(table, study)}, over one key each, the others averaged, by {emulator.kind}. On points held out "
                f"it explains {max(emulator.error.explained, 0):.0%} of their variance; its typical error is {number(emulator.error.absolute, digits=2)}.")
    with house_style():
        figure = slide(title, subtitle, foot(table, study))
        low, high = (float(getattr(np, which)([getattr(curves[name][end], which)() for name in shown])) for end, which in (("low", "min"), ("high", "max")))
        columns = min(3, len(shown))
        for place, name in enumerate(shown):
            axes = _panel(figure, place, len(shown), columns)
            _curve(axes, table, name, curves[name], first=place % columns == 0)
            axes.set_ylim(low - 0.04 * (high - low), high + 0.04 * (high - low))
    spoken = "; ".join(f"{key_words(name, table.keys)} from {number(curves[name]['mean'].iloc[0])} at {said(curves[name]['value'].iloc[0])} to "
                       f"{number(curves[name]['mean'].iloc[-1])} at {said(curves[name]['value'].iloc[-1])}" for name in order)
    return Chart("dependence", figure, data, f"Curves of {outcome_words(table.outcome)} over each key, with bands. {title}. {capital(spoken)}.")


def _dependence_title(emulator: Emulator, curves: dict[str, pd.DataFrame], order: list[str]) -> str:
    words = outcome_words(emulator.outcome)
    if emulator.error.explained < 0.2:
        return f"The points are too few to say how {words} depends on the keys: the regression hardly predicts points that it has not seen"
    curve = curves[order[0]]
    first, last = curve.iloc[0], curve.iloc[-1]
    top, bottom = curve["mean"].max(), curve["mean"].min()
    bent = min(abs(top - first["mean"]), abs(top - last["mean"])) > 0.2 * (top - bottom) or min(abs(bottom - first["mean"]), abs(bottom - last["mean"])) > 0.2 * (top - bottom)
    name = key_words(order[0], emulator.keys)
    if bent:
        best = curve.iloc[int(curve["mean"].argmax())]
        return f"{capital(words)}: highest where {name} is about {said(best['value'])}"
    verb = "rises" if last["mean"] > first["mean"] else "falls"
    return f"{capital(words)} {verb} most with {name}: from {number(first['mean'], first['low'], first['high'])} to {number(last['mean'], last['low'], last['high'])}"


def _panel(figure: Figure, place: int, count: int, columns: int) -> Axes:
    rows = -(-count // columns)
    left, top, bottom = LEFT + 0.06, TOP + 0.01, BOTTOM - 0.02
    width = (RIGHT - left - GAP * (columns - 1)) / columns
    height = (top - bottom - 0.13 * (rows - 1)) / rows
    axes: Axes = figure.add_axes((left + (place % columns) * (width + GAP), top - height - (place // columns) * (height + 0.13), width, height))
    return axes


def _curve(axes: Axes, table: StudyTable, name: str, curve: pd.DataFrame, first: bool) -> None:
    key = next(key for key in table.keys if key.name == name)
    look = ROLES[key.role]
    if key.words:
        axes.errorbar(curve["place"], curve["mean"], (curve["mean"] - curve["low"], curve["high"] - curve["mean"]), fmt="o", color=look.colour, markersize=9, linewidth=4)
        axes.set_xticks(curve["place"], [said(value) for value in curve["value"]])
        axes.set_xlim(-0.2, 1.2)
    else:
        across = curve["value"]
        axes.fill_between(across, curve["low"], curve["high"], color=look.colour, alpha=0.28, linewidth=0)
        axes.plot(across, curve["mean"], color=look.ink, linestyle="solid" if key.role == "lever" else (0, (5, 1.6)))
        if key.log:
            axes.set_xscale("log")
            axes.minorticks_off()
            ends = [key.low or 1.0, float(np.sqrt((key.low or 1.0) * (key.high or 1.0))), key.high or 1.0]
            axes.set_xticks(ends, [said(float(f"{value:.2g}")) for value in ends])
        elif key.levels is not None and len(key.levels) <= 5:
            axes.set_xticks(list(key.levels))
        else:
            axes.xaxis.set_major_locator(MaxNLocator(4))
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.6g}")
    axes.yaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.6g}".replace("-", "−") if first else "")
    axes.grid(axis="y")
    axes.set_xlabel(key_words(name, table.keys), size=BODY, color=look.ink, loc="left", labelpad=4)


def heat_map(table: StudyTable, study: Study, across: int, up: int, cells: pd.DataFrame) -> Chart:
    """Mean outcome over two keys, with half the width of its interval in each cell."""
    title = _heat_title(table, across, up, cells)
    names = [key_words(table.keys[number].name, table.keys) for number in (across, up)]
    with house_style():
        about = f"Mean of {outcome_words(table.outcome)} by {names[0]} and {names[1]}, the other keys as they come; below, half the width of its interval."
        figure = slide(title, about, foot(table, study))
        axes = panel(figure, left=0.115, right=0.09, bottom=0.19)
        _cells(figure, axes, cells, table.outcome == LEAD)
        axes.set_xticks(range(cells["across"].max() + 1), list(dict.fromkeys(cells.sort_values("across")["across_at"])))
        axes.set_yticks(range(cells["up"].max() + 1), list(dict.fromkeys(cells.sort_values("up")["up_at"])))
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        name_axes(figure, axes, capital(names[0]), capital(names[1]))
    ordered = cells[cells["mean"].notna()].sort_values("mean")
    best, worst = ordered.iloc[-1], ordered.iloc[0]
    return Chart("heat_map", figure, cells, f"Heat map of {outcome_words(table.outcome)} over {names[0]} and {names[1]}. {title}. Highest {number(best['mean'])} at "
                                            f"{best['across_at']} and {best['up_at']}, lowest {number(worst['mean'])} at {worst['across_at']} and {worst['up_at']}.")


def _heat_title(table: StudyTable, across: int, up: int, cells: pd.DataFrame) -> str:
    names = [key_words(table.keys[number].name, table.keys) for number in (across, up)]
    known = cells[cells["mean"].notna()]
    best: Any = known.sort_values("mean").iloc[-1]
    if table.outcome == LEAD:
        wins = int((known["mean"] - known["half"].fillna(0) > 0).sum())
        count = len(known)
        return (f"The programme adds more people than ads in {wins} of {count} cells of {names[0]} and {names[1]}" if wins
                else f"In no cell of {names[0]} and {names[1]} does the programme surely add more people than ads")
    most = number(best["mean"], best["mean"] - best["half"], best["mean"] + best["half"])
    return f"{capital(outcome_words(table.outcome))}: highest, {most}, at {names[0]} {best['across_at']} and {names[1]} {best['up_at']}"


def _cells(figure: Figure, axes: Axes, cells: pd.DataFrame, winner: bool) -> None:
    grid = cells.pivot(index="up", columns="across", values="mean").to_numpy()
    half = cells.pivot(index="up", columns="across", values="half").to_numpy()
    low, high = float(np.nanmin(grid)), float(np.nanmax(grid))
    both = winner and low < 0 < high
    reach = max(abs(low), abs(high), 1e-12)
    norm = TwoSlopeNorm(0.0, -reach, reach) if winner else Normalize(low, high if high > low else low + 1)
    colours = WINNER if winner else RAMP
    axes.set_facecolor("#E9E9E9")
    mesh = axes.pcolormesh(np.arange(grid.shape[1] + 1) - 0.5, np.arange(grid.shape[0] + 1) - 0.5, grid, cmap=colours, norm=norm, edgecolor="white", linewidth=1.5)
    mesh.set_gid("heat")
    for (row, column), value in np.ndenumerate(grid):
        if np.isnan(value):
            axes.text(column, row, "–", ha="center", va="center", size=SMALL, color=GREY)
            continue
        red, green, blue, _ = colours(norm(value))
        ink = "white" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.55 else INK
        width = float(half[row, column])
        weight = "bold" if both and value > 0 else "normal"
        axes.text(column, row + 0.12, number(value, value - width, value + width), ha="center", va="center", size=BODY, color=ink, weight=weight)
        axes.text(column, row - 0.22, "no interval" if np.isnan(width) else f"±{number(width, digits=2)}", ha="center", va="center", size=SMALL - 2, color=ink)
    box = axes.get_position()
    bar = figure.colorbar(mesh, cax=figure.add_axes((box.x1 + 0.02, box.y0, 0.014, box.height)))
    bar.outline.set_visible(False)
    bar.ax.tick_params(length=0, labelsize=SMALL - 1)
    bar.ax.yaxis.set_major_locator(MaxNLocator(4))
    bar.ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.6g}".replace("-", "−"))

