"""Simulated against published: one row a fact, on a common scale; and the curve of reach over impressions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator

from simulation.measures.organic_forms import organic_reach
from simulation.presentation.facts_answer import number
from simulation.presentation.style import BODY, BOTTOM, FAINT, GREY, INK, RIGHT, SMALL, Chart, house_style, name_axes, panel, slide
from simulation.studies.facts.checking import Checked, Report
from simulation.studies.facts.judging import Verdict

LOOKS: dict[Verdict, tuple[str, str]] = {"holds": ("#005A8C", "o"), "breaks": ("#B04E00", "X"), "cannot say": ("#5B626B", "D")}
"""Colour and marker of a verdict; markers differ so that colour is not needed."""
WIDEST = 30.0
"""Ratio to the published value at which a row is cut and marked with an arrow."""
LABELS, TEXT = 0.42, 12.5


def facts_of(report: Report, topic: str) -> Chart:
    """Ours divided by the published value, with its interval and the band that would agree; one row for each fact of a topic that has a value."""
    rows = [each for each in report.checked if each.fact.topic == topic and each.ours is not None and each.published]
    data = pd.DataFrame([_row(each) for each in rows])
    with house_style():
        held = sum(each.judgement.verdict == "holds" for each in rows)
        figure = slide(f"{topic}: {held} of {len(rows)} facts hold", "Ours against the published value; grey: where the model would agree; lines: 90% of replications",
                       f"Advocacy Reach, scenario {report.scenario.name}, {report.replications} replications; sources in docs/validation.md and inputs/evidence.toml")
        axes = panel(figure, left=LABELS, right=0.1, top=0.81, bottom=BOTTOM - 0.03)
        for place, each in enumerate(reversed(rows)):
            _draw(axes, each, place)
        _scale(axes, len(rows))
        name_axes(figure, axes, "Ours / published", "")
        for place, (verdict, (colour, marker)) in enumerate(LOOKS.items()):
            figure.text(RIGHT - 0.27 + 0.1 * place, 0.079, verdict, size=SMALL, color=colour, va="center")
            axes.plot(RIGHT - 0.28 + 0.1 * place, 0.08, marker, color=colour, markersize=9, transform=figure.transFigure, clip_on=False)
    spoken = "; ".join(f"{each.fact.title}: published {number(each.published or 0)}, ours {number(each.ours.mean) if each.ours else 'none'}, {each.judgement.verdict}"
                       for each in rows)
    name = "_".join(topic.lower().replace("'", "").split())
    return Chart(f"facts_{name}", figure, data, f"Dot chart of simulated against published figures. {spoken}.")


def _row(each: Checked) -> dict[str, object]:
    assert each.ours is not None
    return {"fact": each.fact.key, "published": each.published,
            "agrees_from": each.limits[0], "agrees_to": each.limits[1], **each.ours._asdict(), "verdict": each.judgement.verdict}


def _draw(axes: Axes, each: Checked, place: int) -> None:
    """One fact: band, interval, mark, and both numbers beside it."""
    assert each.ours is not None
    published = each.published or 1.0
    low, high = (min(max(limit / published, 1.0 / WIDEST), WIDEST) for limit in each.limits)
    axes.barh(place, high - low, left=low, height=0.62, color=FAINT, linewidth=0)
    colour, marker = LOOKS[each.judgement.verdict]
    values = [min(max(value / published, 1.0 / WIDEST), WIDEST) for value in each.ours]
    axes.plot(values[1:], [place, place], color=colour, linewidth=2.4, solid_capstyle="butt")
    cut = not 1.0 / WIDEST < each.ours.mean / published < WIDEST
    axes.plot(values[0], place, ("<" if values[0] < 1 else ">") if cut else marker, color=colour, markersize=9)
    axes.text(-0.02, place, each.fact.title, transform=axes.get_yaxis_transform(), ha="right", va="center", size=TEXT, color=INK)
    axes.text(1.02, place, f"{number(each.ours.mean)} / {number(published)}", transform=axes.get_yaxis_transform(), ha="left", va="center", size=TEXT, color=GREY)


def _scale(axes: Axes, rows: int) -> None:
    axes.set_xscale("log")
    axes.set_xlim(1.0 / WIDEST * 0.93, WIDEST * 1.07)
    axes.set_ylim(-0.7, rows - 0.3)
    axes.axvline(1.0, color=INK, linewidth=1.2)
    axes.set_yticks([])
    axes.set_xticks([0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def reach_curve(report: Report) -> Chart | None:
    """Reach over impressions among a page's fans: the curve measured on 500 posts, and the model's, as set and with what is free; None where not measured."""
    by_key = {each.fact.key: each for each in report.checked}
    shape, repeats = by_key.get("page-curve-shape"), by_key.get("page-curve-repeats")
    if shape is None or repeats is None or shape.ours is None or repeats.ours is None:
        return None
    impressions = np.geomspace(0.003, 1.5, 120)
    measured = shape.published or 1.0
    carried = min((end for end in shape.ends if end.reading), key=lambda end: abs(math.log((end.reading.mean if end.reading else 1.0) / measured)), default=None)
    curves: list[tuple[str, float, float, str, Any]] = [("measured", repeats.published or 1.0, shape.published or 1.0, INK, "solid"),
                                                        ("model as set", repeats.ours.mean, shape.ours.mean, "#B04E00", (0, (5, 1.6)))]
    if carried is not None and carried.reading is not None:
        settings = ",\n".join(f"{name.rsplit('.', 1)[-1]} {number(value)}" for name, value in carried.settings.items())
        curves.append((f"model with\n{settings}",
                       repeats.published or 1.0, carried.reading.mean, "#005A8C", (0, (1.2, 1.3))))
    pieces = [pd.DataFrame({"curve": name, "impressions_per_fan": impressions, "reach_per_fan": organic_reach(impressions, times, k)}) for name, times, k, _, _ in curves]
    with house_style():
        figure = slide(_curve_title(shape), "Fans reached by a post, over impressions for each fan; fitted curves 1 - (1 + x / (f k))^-k",
                       f"Measured: 500 posts of a Facebook page, Moro, Rita and Vala 2016. Model: scenario {report.scenario.name}, {report.replications} replications")
        axes = panel(figure, left=0.065, right=0.30)
        for (_, _, _, colour, line), piece in zip(curves, pieces, strict=True):
            axes.plot(piece["impressions_per_fan"], piece["reach_per_fan"], color=colour, linestyle=line)
        axes.set_xscale("log")
        axes.set_yscale("log")
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axis.set_minor_locator(NullLocator())
        axes.grid(axis="y")
        for place, (name, _, k, colour, _) in enumerate(curves):
            axes.text(1.03, 0.97 - 0.22 * place, f"{name}\n(shape {number(k)})", transform=axes.transAxes, color=colour, size=BODY, va="top")
        name_axes(figure, axes, "Impressions for each fan", "Fans reached, fraction")
    spoken = "; ".join(f"{' '.join(name.split())}, shape {number(k)} and {number(times)} impressions a delivery" for name, times, k, _, _ in curves)
    return Chart("facts_reach_curve", figure, pd.concat(pieces, ignore_index=True), f"Curves of reach over impressions among a page's fans: {spoken}.")


def _curve_title(shape: Checked) -> str:
    """The finding on the curve: a smaller shape means that fewer fans get more of the deliveries."""
    return {"below": "The model shows a page's posts to fewer fans than measured, and more often", "above": "The model spreads a page's posts over more fans than measured",
            "inside": "The model spreads a page's posts over its fans as measured"}.get(shape.judgement.side, "Whether the model spreads a page's posts as measured is not settled")
