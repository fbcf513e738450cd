"""What all experiments share: play a design at a size, sum up over replications, draw curves in the house style, write files."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator

from simulation import InputError, sweep
from simulation.inputs.design import load_design
from simulation.measures.intervals import figure
from simulation.presentation.chart_numbers import spread
from simulation.presentation.study_result import StudyResult
from simulation.presentation.style import LOOKS, RIGHT, SMALL, Chart, Look, house_style, name_axes, panel, save, slide, text_width
from simulation.studies.pool import worker_count
from simulation.studies.sweep.plan import plan_of

FOLDER = Path("results/experiments")
SIZES: dict[str, dict[str, Any]] = {
    "small": {"market.consumers": 1_000, "society.employees": 15, "society.departments": 3, "horizon.weeks": 1, "run.engine": "agents", "run.workers": 1},
    "medium": {"market.consumers": 30_000, "society.employees": 100, "society.departments": 8},
    "full": {},
}
"""What is changed in the baseline; full is the baseline itself: a firm of 300, a market of 300,000, 13 weeks."""
REPLICATIONS = {"small": 2, "medium": 4, "full": 20}

MOST_CHARACTERS = 4
"""Of values that stand at their own ticks."""

type Design = Mapping[str, Any]


class Line(NamedTuple):
    """One curve: rows of x, mean, low, high."""

    label: str
    rows: pd.DataFrame
    look: Look = LOOKS["programme"]


def at_size(design: Design, size: str) -> dict[str, Any]:
    """A design as it is played at a size; small keeps the first and the last of listed values, and few points."""
    small = size == "small"
    changed = dict(design) | {"settings": SIZES[size] | dict(design.get("settings", {})), "replications": min(REPLICATIONS[size], design.get("replications", REPLICATIONS[size]))}
    if small and "vary" in design:
        changed["vary"] = {key: [span[0], span[-1]] if isinstance(span, list) else span for key, span in design["vary"].items()}
    return changed | ({"points": 12} if small and "points" in design else {})


def minutes(designs: Sequence[Design], size: str = "full") -> float:
    """Estimated time of some designs on this machine."""
    return sum(plan_of(load_design(at_size(design, size))).seconds for design in designs) / worker_count(None) / 60


def study_of(name: str, design: Design, size: str, folder: Path) -> StudyResult:
    """A design, played in `studies/NAME`; what is finished there is not played again, what was interrupted goes on."""
    place = folder / "studies" / name
    with suppress(InputError):
        return sweep(at_size(design, size), place, resume=True, yes=True)
    return sweep(at_size(design, size), place, yes=True)


def play(name: str, design: Design, size: str, folder: Path) -> pd.DataFrame:
    """The table of a design: one row for each point, replication and world."""
    return study_of(name, design, size, folder).to_dataframe()


def rows_of(folder: Path, name: str, rows: Sequence[Mapping[str, Any]]) -> Design:
    """A design whose points are rows of keys that are varied together."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder.resolve() / f"{name}_points.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return {"method": "table", "table": str(path)}


def over(table: pd.DataFrame, key: str, values: pd.Series | str, world: str = "both") -> pd.DataFrame:
    """Mean over replications and the interval that holds 90% of them, by a column: x, mean, low, high."""
    rows = table[table["world"] == world]
    column = rows[values] if isinstance(values, str) else values.loc[rows.index]
    found = [{"x": value, **(figure([None if np.isnan(each) else float(each) for each in part]) or {"mean": np.nan, "low": np.nan, "high": np.nan})}
             for value, part in column.astype("float64").groupby(rows[key].fillna("none"), sort=False)]
    return pd.DataFrame(found)


def against_first(table: pd.DataFrame, key: str, values: str) -> pd.DataFrame:
    """Like `over`, each replication relative to the same replication at the first value: common luck cancels."""
    rows = table[table["world"] == "both"]
    first = rows[rows[key] == rows[key].iloc[0]].set_index("replication")[values]
    return over(table, key, rows[values] / rows["replication"].map(first))


def curves(name: str, title: str, subtitle: str, axes_names: tuple[str, str], lines: Sequence[Line], size: str, *, log: bool = False, log_up: bool = False,
           drawn: str = "") -> Chart:
    """Curves with bands over a number, or dots with bars over names, labelled at their right ends; `drawn` says what intervals are over, if not replications."""
    lines = [line._replace(rows=line.rows[line.rows["mean"].notna()]) if line.rows["mean"].notna().any() else line for line in lines]
    with house_style():
        slide_ = slide(title, subtitle, f"Advocacy Reach, experiment {name}, size {size}, {drawn or f'{REPLICATIONS[size]} replications'}; intervals hold 90% of them")
        room = 0.02 + max(text_width(line.label, SMALL) for line in lines)
        axes = panel(slide_, left=0.075, right=room)
        places = list(dict.fromkeys(value for line in lines for value in line.rows["x"]))
        words = any(isinstance(place, str) for place in places)
        for number, line in enumerate(lines):
            _draw(axes, line, places if words else None, 0.12 * (number - (len(lines) - 1) / 2))
        _scale(axes, lines, places if words else None, log, log_up)
        name_axes(slide_, axes, *axes_names)
        box, to_slide = axes.get_position(), slide_.transFigure.inverted()
        ends = [float(to_slide.transform(axes.transData.transform((axes.get_xlim()[1], float(line.rows["mean"].iloc[-1]))))[1]) for line in lines]
        for line, up in zip(lines, spread(ends, 0.045, box.y0, box.y1), strict=True):
            slide_.text(RIGHT - room + 0.012, up, line.label, size=SMALL, color=line.look.ink, va="center_baseline")
    data = pd.concat([line.rows.assign(line=line.label)[["line", "x", "mean", "low", "high"]] for line in lines], ignore_index=True)
    said = "; ".join(f"{line.label or 'it'} from {line.rows['mean'].iloc[0]:,.3g} at {line.rows['x'].iloc[0]} to {line.rows['mean'].iloc[-1]:,.3g} at {line.rows['x'].iloc[-1]}"
                     for line in lines)
    return Chart(name, slide_, data, f"Chart of {axes_names[1].lower()} over {axes_names[0].lower()}. {title}. {said}.")


def _draw(axes: Axes, line: Line, names: list[Any] | None, shift: float) -> None:
    rows, look = line.rows, line.look
    if names is None:
        across = rows["x"].astype(float)
        axes.fill_between(across, rows["low"], rows["high"], color=look.colour, alpha=0.2, linewidth=0)
        axes.plot(across, rows["mean"], color=look.colour, linestyle=look.line, marker="o", markersize=7)
        return
    places = np.array([names.index(value) for value in rows["x"]], dtype=float) + shift
    axes.vlines(places, rows["low"], rows["high"], color=look.colour, linewidth=5, alpha=0.5)
    axes.plot(places, rows["mean"], "o", color=look.colour, markersize=11, markeredgecolor="white")


def _scale(axes: Axes, lines: Sequence[Line], names: list[Any] | None, log: bool, log_up: bool) -> None:
    if names is not None:
        axes.set_xticks(range(len(names)), [str(name).replace("_", " ") for name in names])
    else:
        axes.set_xscale("log" if log else "linear")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.6g}")
        own = sorted({float(value) for line in lines for value in line.rows["x"]})
        if len(own) <= 7 and all(len(f"{value:g}") <= MOST_CHARACTERS for value in own):
            axes.set_xticks(own)
        elif log and own[-1] < 300 * own[0]:
            axes.xaxis.set_major_locator(LogLocator(10, subs=(1.0, 2.0, 5.0)))
    if log_up:
        axes.set_yscale("log")
    else:
        axes.set_ylim(min(0.0, *(float(line.rows["low"].min()) for line in lines)), None)
    axes.minorticks_off()
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.6g}".replace("-", "−"))
    axes.grid(axis="y")


def publish(chart: Chart, table: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Write the figure (PNG, SVG, data, alt text) and the experiment's table; returns the table."""
    save(chart, folder)
    table.to_csv(folder / f"{chart.name}_table.csv", index=False, lineterminator="\n")
    return table

