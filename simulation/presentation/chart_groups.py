"""Who is reached by which campaign: one bar, the whole market, drawn to scale."""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from simulation.inputs.parameters import Scenario
from simulation.presentation.chart_numbers import counted, middle, people, percent, shown, span, spread
from simulation.presentation.style import (
    BODY,
    FAINT,
    GREY,
    INK,
    LEFT,
    LOOKS,
    RIGHT,
    SMALL,
    Chart,
    height,
    house_style,
    leader_line,
    panel,
    slide,
    source,
)

GROUPS = {"only_programme": "Programme only", "programme_and_paid": "Programme and ads", "only_paid": "Ads only", "neither": "Neither"}
BAR = (0.385, 0.53)
"""Bottom and top of the bar on the slide."""
COLUMN = 0.2
"""Width of a label under the bar."""


def reach_by_group(scenario: Scenario, summary: dict[str, Any]) -> Chart:
    """The market by which of programme and ads reached whom, in the world with both."""
    data = _table(summary)
    title, note = _title(scenario, data, summary["audience"]), _duplication(summary)
    with house_style():
        figure = slide(
            title,
            f"The market of {summary['audience']:,} people, by which campaign reached them; the bar is to scale. {note}",
            source(scenario, summary["replications"]),
        )
        axes = panel(figure, bottom=BAR[0], top=BAR[1])
        _bar(axes, data, summary["audience"])
        _braces(figure, data, summary)
        _labels(figure, data, summary["audience"])
    parts = [
        f"{label.lower()} {counted(*(summary['groups'][group][name] for name in ('mean', 'low', 'high')))} ({percent(share)})"
        for group, label, share in zip(GROUPS, data["label"], data["fraction"], strict=True)
    ]
    return Chart("reach_by_group", figure, data, f"A bar of the whole market. {title}. People: {', '.join(parts)}. {note}")


def _table(summary: dict[str, Any]) -> pd.DataFrame:
    rows = [(group, label, *(summary["groups"][group][name] for name in ("mean", "low", "high"))) for group, label in GROUPS.items()]
    table = pd.DataFrame(rows, columns=["group", "label", "mean", "low", "high"])
    return table.assign(fraction=table["mean"] / summary["audience"])


def _title(scenario: Scenario, data: pd.DataFrame, audience: int) -> str:
    size = dict(zip(data["group"], data["mean"], strict=True))
    programme, paid = size["only_programme"] + size["programme_and_paid"], size["only_paid"] + size["programme_and_paid"]
    if programme <= 0 and paid <= 0:
        return "Neither the programme nor ads reach anybody in the market"
    if programme <= 0:
        silent = "the programme reaches nobody" if scenario.programme.enabled else "there is no programme"
        return f"Ads reach {percent(paid / audience)} of the market; {silent}"
    if paid <= 0:
        silent = "ads reach nobody" if scenario.paid.enabled else "there are no ads"
        return f"The programme reaches {percent(programme / audience)} of the market; {silent}"
    alone = people(counted(*data.loc[data["group"] == "only_programme", ["mean", "low", "high"]].to_numpy()[0].tolist()))
    return (
        f"{_of_hundred(size['programme_and_paid'] / programme)} of the people the programme reaches see the ads too; it reaches {alone} whom ads miss"
    )


def _of_hundred(fraction: float) -> str:
    return "None" if fraction == 0 else "All" if fraction == 1 else percent(fraction)


def _duplication(summary: dict[str, Any]) -> str:
    index = summary["duplication_index"]
    value = middle(index)
    if index is None or value is None:
        return "Duplication index: undefined, since one of the two reaches nobody."
    ends = f" ({span(index['low'], index['high'])})" if index["high"] is not None and index["high"] > index["low"] else ""
    return f"Duplication index {shown(index)}{ends}: the overlap against what chance alone would give."


def _bar(axes: Axes, data: pd.DataFrame, audience: int) -> None:
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_axis_off()
    programme, paid = LOOKS["programme"], LOOKS["paid"]
    left = 0.0
    for group, width in zip(data["group"], data["mean"] / audience, strict=True):
        if group == "programme_and_paid":
            axes.add_patch(Rectangle((left, 0.5), width, 0.5, facecolor=programme.colour, linewidth=0))
            axes.add_patch(Rectangle((left, 0), width, 0.5, facecolor=paid.colour, hatch=paid.hatch, edgecolor="white", linewidth=0))
        else:
            look = {"only_programme": programme, "only_paid": paid}.get(group)
            colour, hatch = (look.colour, look.hatch) if look else (FAINT, "")
            axes.add_patch(Rectangle((left, 0), width, 1, facecolor=colour, hatch=hatch, edgecolor="white", linewidth=0, gid=group))
        left += width
        axes.plot([left, left], [0, 1], color="white", linewidth=1.5)


def _braces(figure: Figure, data: pd.DataFrame, summary: dict[str, Any]) -> None:
    """Over the bar, how far each campaign reaches: the programme's bracket above that of the ads."""
    size = dict(zip(data["group"], data["fraction"], strict=True))
    first = size["only_programme"] + size["programme_and_paid"]
    spans = (("programme", 0.0, first, BAR[1] + 0.092), ("paid", size["only_programme"], first + size["only_paid"], BAR[1] + 0.024))
    for channel, start, end, up in spans:
        if end <= start:
            continue
        look, left, right = LOOKS[channel], LEFT + start * (RIGHT - LEFT), LEFT + end * (RIGHT - LEFT)
        leader_line(figure, [(left, up - 0.012), (left, up), (right, up), (right, up - 0.012)], look.colour)
        verb = "Programme reaches" if channel == "programme" else "Ads reach"
        reached = people(counted(*(summary["channels"]["both"][channel]["reach"][name] for name in ("mean", "low", "high"))))
        figure.text(
            min(left, RIGHT - 0.4), up + 0.008, f"{verb} {reached}, {percent(end - start)}", size=BODY, weight="bold", color=look.ink, va="bottom"
        )


def _labels(figure: Figure, data: pd.DataFrame, audience: int) -> None:
    """Under the bar, each group's name, size, share and interval, tied to its part by a thin line."""
    starts = (data["mean"].cumsum() - data["mean"]) / audience
    middles = LEFT + (starts + data["mean"] / audience / 2) * (RIGHT - LEFT)
    inks = {"only_programme": LOOKS["programme"].ink, "only_paid": LOOKS["paid"].ink}
    places = spread(list(middles), COLUMN + 0.02, LEFT, RIGHT - COLUMN)
    for row, centre, left in zip(data.to_dict("records"), middles, places, strict=True):
        top = BAR[0] - 0.075
        leader_line(figure, [(centre, BAR[0] - 0.006), (centre, BAR[0] - 0.03), (left + 0.004, BAR[0] - 0.055), (left + 0.004, top + 0.008)])
        figure.text(left, top, row["label"], size=BODY, weight="bold", color=inks.get(row["group"], INK), va="top")
        figure.text(
            left, top - height(BODY), f"{people(counted(row['mean'], row['low'], row['high']))}, {percent(row['fraction'])}", size=BODY, va="top"
        )
        if row["high"] > row["low"]:
            figure.text(left, top - height(BODY, 2), span(row["low"], row["high"]), size=SMALL, color=GREY, va="top")
