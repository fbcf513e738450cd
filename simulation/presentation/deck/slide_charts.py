"""The chart slides of a comparison: native charts of the same figures, titles and alt texts as the drawn ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_MARKER_STYLE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

from simulation.presentation.chart_numbers import compact, counted, money, money_span, people, percent, rounded, span
from simulation.presentation.charts import Chart
from simulation.presentation.deck.canvas import BODY, SMALL, Box, Canvas, Run, rgb
from simulation.presentation.deck.native import axis, draw_line, faint_range, fill, inner, intervals, label, logarithmic
from simulation.presentation.style import FAINT, GREY, INK, LOOKS

SIDES = ("paid", "programme")
LOG_BEYOND = 20.0
"""Lines that end further apart than this are drawn on a logarithmic axis."""
GROUP_NAMES = {"only_programme": "Programme only", "programme_and_paid": "Programme and ads", "only_paid": "Ads only", "neither": "Neither"}
PARTS = {"mean": "", "low": ", low end", "high": ", high end"}
"""Lines of a channel, and what follows its name in the chart's sheet."""
MEASURES = {"cost_per_incremental_person": "per person whom the other would have missed", "marginal_cost_per_person": "for the next person",
            "cost_per_engagement": "per like, click or reshare"}


def subtitle(canvas: Canvas, words: str) -> Box:
    """A grey line under the title; what is left below it."""
    canvas.text(canvas.room.part(bottom=0.09), [[Run(words, SMALL + 1, GREY)]], f"What is shown: {words}")
    return canvas.room.part(top=0.12)


def reach_over_time(canvas: Canvas, chart: Chart, audience: int) -> None:
    """People reached so far, week by week, by ads and by the programme."""
    box = subtitle(canvas, f"Different people of the market's {audience:,} reached so far: mean, and dotted the range that holds 90% of replications")
    weekly = chart.data[(chart.data["week"] % 1.0).abs() < 1e-9]
    shown = [side for side in SIDES if (weekly["channel"] == side).any()] or sorted(weekly["channel"].unique())
    lines = {side: weekly[weekly["channel"] == side].set_index("week")[["mean", "low", "high"]] for side in shown}
    weeks = sorted({week for line in lines.values() for week in line.index})
    data = CategoryChartData(number_format="#,##0")
    data.categories = [f"{week:.0f}" for week in weeks]
    for side, line in lines.items():
        lines[side] = line.reindex(weeks).fillna(0.0)
        for part, name in PARTS.items():
            data.add_series(f"{LOOKS[side].label}{name}", [float(value) for value in lines[side][part]])
    native = canvas.chart(XL_CHART_TYPE.LINE, box, data, chart.alt_text)
    inner(native, 0.085, 0.04, 0.61, 0.80)
    axis(native.category_axis, canvas.scale, title="Weeks since the campaign began")
    axis(native.value_axis, canvas.scale, grid=True, number_format="#,##0", line=False)
    _value_scale(native.value_axis, lines)
    series = iter(native.plots[0].series)
    for side, line in lines.items():
        for part in PARTS:
            one = next(series)
            draw_line(one, LOOKS[side], 3.0 if part == "mean" else 1.0, dotted=part != "mean")
            if part == "mean":
                label(one.points[len(weeks) - 1], _end(side, line), LOOKS[side].ink, _position(side, lines), (SMALL + 1) * canvas.scale)


def _end(side: str, line: pd.DataFrame) -> str:
    """What stands at the end of a line: its name, how many, and the range."""
    end = line.iloc[-1]
    ends = f" ({span(end['low'], end['high'])})" if end["high"] > end["low"] else ""
    return f"{LOOKS[side].label} {counted(end['mean'], end['low'], end['high'])}{ends}"


def _position(side: str, lines: dict[str, pd.DataFrame]) -> Any:
    """Where a line's label stands: to the right, or above and below where two lines end close together."""
    ends = {name: float(line["mean"].iloc[-1]) for name, line in lines.items()}
    if len(ends) == 1 or max(ends.values()) >= 1.3 * min(ends.values()):
        return XL_LABEL_POSITION.RIGHT
    return XL_LABEL_POSITION.ABOVE if ends[side] == max(ends.values()) else XL_LABEL_POSITION.BELOW


def _value_scale(value_axis: Any, lines: dict[str, pd.DataFrame]) -> None:
    last = [float(line["mean"].iloc[-1]) for line in lines.values()]
    if min(last) > 0 and max(last) > LOG_BEYOND * min(last):
        lowest = min(float(line["mean"][line["mean"] > 0].min()) for line in lines.values())
        logarithmic(value_axis, max(10.0 ** np.floor(np.log10(lowest)), 1.0), 10.0 ** np.ceil(np.log10(max(float(line["high"].max()) for line in lines.values()))))
    else:
        value_axis.minimum_scale = 0


def who_is_reached(canvas: Canvas, chart: Chart, audience: int, note: str) -> None:
    """The whole market as one bar, by which campaign reached whom; `note` says how the overlap compares with chance."""
    box = subtitle(canvas, f"The market of {audience:,} people by which campaign reached them: mean of the replications, to scale")
    data = CategoryChartData(number_format="#,##0")
    data.categories = ["Market"]
    rows: list[Any] = chart.data.to_dict("records")
    for row in rows:
        data.add_series(GROUP_NAMES[row["group"]], [float(row["mean"])])
    native = canvas.chart(XL_CHART_TYPE.BAR_STACKED_100, box.part(bottom=0.46), data, chart.alt_text)
    inner(native, 0.0, 0.06, 1.0, 0.88)
    axis(native.category_axis, canvas.scale, shown=False, line=False)
    axis(native.value_axis, canvas.scale, shown=False, line=False)
    native.plots[0].gap_width, native.plots[0].overlap = 10, 100
    inks = {"only_programme": LOOKS["programme"].ink, "programme_and_paid": INK, "only_paid": LOOKS["paid"].ink, "neither": GREY}
    for series, row in zip(native.plots[0].series, rows, strict=True):
        group = row["group"]
        if group == "only_programme":
            fill(series.format, LOOKS["programme"])
        elif group == "only_paid":
            fill(series.format, LOOKS["paid"])
        else:
            series.format.fill.solid()
            series.format.fill.fore_color.rgb = rgb(INK if group == "programme_and_paid" else FAINT)
    for place, row in enumerate(rows):
        colour = inks[row["group"]]
        told = [[Run(f"\u25a0 {GROUP_NAMES[row['group']]}", BODY + 2, colour, True)],
                [Run(f"{people(counted(row['mean'], row['low'], row['high']))}, {percent(row['fraction'])}", BODY + 2)],
                [Run(span(row["low"], row["high"]) if row["high"] > row["low"] else "", SMALL, GREY)]]
        canvas.text(box.part(left=place * 0.25, right=place * 0.25 + 0.24, top=0.52, bottom=0.8), told, f"{GROUP_NAMES[row['group']]}: {told[1][0].text}")
    if note:
        canvas.text(box.part(top=0.86), [[Run(note, BODY, GREY)]], "How the overlap compares with chance")


def how_often(canvas: Canvas, chart: Chart) -> None:
    """People by the number of impressions that they had."""
    box = subtitle(canvas, "People of the market by the number of impressions they had from each campaign: mean, and range that holds 90% of replications")
    table = {side: chart.data[chart.data["channel"] == side] for side in ("programme", "paid")}
    table = {side: rows for side, rows in table.items() if float(rows["mean"].sum()) > 0} or table
    data = CategoryChartData(number_format="#,##0")
    data.categories = list(chart.data["impressions"].unique())
    for side, rows in table.items():
        data.add_series(LOOKS[side].label, [float(value) for value in rows["mean"]])
    native = canvas.chart(XL_CHART_TYPE.COLUMN_CLUSTERED, box.part(top=0.07), data, chart.alt_text)
    native.plots[0].gap_width, native.plots[0].overlap = 60, -5
    axis(native.category_axis, canvas.scale, title="Impressions per person")
    axis(native.value_axis, canvas.scale, grid=True, number_format="#,##0", line=False)
    native.value_axis.minimum_scale = 0
    for series, (side, rows) in zip(native.plots[0].series, table.items(), strict=True):
        fill(series.format, LOOKS[side])
        intervals(series, (rows["mean"] - rows["low"]).tolist(), (rows["high"] - rows["mean"]).tolist(), INK)
    names = [Run("\u25a0 " + LOOKS[side].label + "   ", SMALL, LOOKS[side].ink, True) for side in table]
    tops = "; ".join(f"{LOOKS[side].label}: {compact(counted(float(rows['mean'].sum())))} people in all" for side, rows in table.items())
    canvas.text(box.part(bottom=0.07), [names], f"Key: {tops}", align=PP_ALIGN.RIGHT)


def what_it_costs(canvas: Canvas, chart: Chart, currency: str, year: int) -> None:
    """Price of one more person and of a reaction, on a logarithmic axis."""
    box = subtitle(canvas, f"All costs included, except for the next person: median, and range that holds 90% of replications, in {currency} of {year}")
    rows: list[Any] = chart.data.to_dict("records")
    defined = [row for row in rows if not row["note"]]
    data = XyChartData(number_format="0.00")
    places = {(row["measure"], row["channel"]): float(len(rows) - number) for number, row in enumerate(rows)}
    for row in defined:
        series, place = data.add_series(f"{LOOKS[row['channel']].label}, {MEASURES[row['measure']]}, range"), places[row["measure"], row["channel"]]
        high = float(row["median"] * 10 if np.isnan(row["high"]) else row["high"])
        for end in (float(row["low"]), *[high] * (len(MEASURES) - 1)):  # as many points as the marks have, or LibreOffice draws no line
            series.add_data_point(end, place)
    for side in ("programme", "paid"):
        series = data.add_series(LOOKS[side].label)
        for row in (row for row in defined if row["channel"] == side):
            series.add_data_point(float(row["median"]), places[row["measure"], side])
    missing = "; ".join(f"{LOOKS[row['channel']].label} {MEASURES[row['measure']]}: {row['note']}" for row in rows if row["note"])
    if missing:
        canvas.text(box.part(top=0.92), [[Run(missing, SMALL, GREY)]], missing)
    if not defined:
        return
    native = canvas.chart(XL_CHART_TYPE.XY_SCATTER, box.part(bottom=0.9 if missing else 1.0), data, chart.alt_text)
    inner(native, 0.02, 0.02, 0.96, 0.82)
    ends = np.array([[row["low"], row["median"] if np.isnan(row["high"]) else row["high"]] for row in defined], dtype=np.float64)
    axis(native.category_axis, canvas.scale, title=f"{currency} of {year}, logarithmic scale", grid=True, number_format="#,##0.##")
    logarithmic(native.category_axis, 10.0 ** np.floor(np.log10(max(ends.min() / 4, 1e-4))), 10.0 ** np.ceil(np.log10(max(ends.max() * 2, 1e-3))))
    axis(native.value_axis, canvas.scale, shown=False, line=False)
    native.value_axis.minimum_scale, native.value_axis.maximum_scale = 0.4, len(rows) + 0.9
    drawn = list(native.plots[0].series)
    for series, row in zip(drawn[:-2], defined, strict=True):
        faint_range(series, LOOKS[row["channel"]].colour)
    for series, side in zip(drawn[-2:], ("programme", "paid"), strict=True):
        _prices(series, [row for row in defined if row["channel"] == side], side, currency, canvas.scale)


def _prices(series: Any, rows: list[dict[str, Any]], side: str, currency: str, scale: float) -> None:
    """Marks of one campaign with their labels."""
    look = LOOKS[side]
    series.format.line.fill.background()
    series.marker.style, series.marker.size = (XL_MARKER_STYLE.CIRCLE if side == "programme" else XL_MARKER_STYLE.DIAMOND), 13
    series.marker.format.fill.solid()
    series.marker.format.fill.fore_color.rgb = rgb(look.colour)
    series.marker.format.line.fill.background()
    for place, row in enumerate(rows):
        ends = "" if np.isnan(row["high"]) or row["high"] <= row["low"] else f" ({money_span(row['low'], row['high'])})"
        price = money(currency, row["median"], row["low"], None if np.isnan(row["high"]) else row["high"])
        label(series.points[place], f"{look.label}, {MEASURES[row['measure']]}: {price}{ends}", look.ink, XL_LABEL_POSITION.ABOVE, (SMALL + 1) * scale)


def where_it_flips(canvas: Canvas, chart: Chart, enrolled: float) -> None:
    """The verdict over ad prices and participation, as a table that can be edited."""
    box = subtitle(canvas, "How many times as many people the winner adds for the same money, by employees enrolled and by ad prices against this scenario's")
    grid = chart.data.pivot(index="enrolment", columns="price_multiple", values="log10_ratio").sort_index(ascending=False)
    nearest = float(min(grid.index, key=lambda value: abs(value - enrolled)))
    rows = [["Enrolled", *(f"{multiple:g}\u00d7" for multiple in grid.columns)]]
    rows += [[f"{enrolment:.0%}", *(_ratio(value) for value in line)] for enrolment, line in zip(grid.index, grid.to_numpy(), strict=True)]
    height = box.height / canvas.scale / 914_400 / len(rows) * 0.88
    table = canvas.table(box, rows, [1.1, *[1.0] * len(grid.columns)], chart.alt_text, size=BODY, row_height=min(height, 0.62))
    for column in range(1, len(rows[0])):
        table.cell(0, column).text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER
    limit = max(float(np.nanmax(np.abs(grid.to_numpy()[np.isfinite(grid.to_numpy())]), initial=0.5)), 0.5)
    for row, (enrolment, values) in enumerate(zip(grid.index.to_numpy(dtype=np.float64).tolist(), grid.to_numpy(dtype=np.float64), strict=True), 1):
        for column, (multiple, value) in enumerate(zip(grid.columns.to_numpy(dtype=np.float64).tolist(), values.tolist(), strict=True), 1):
            cell, own = table.cell(row, column), multiple == 1.0 and enrolment == nearest
            colour = "#E9E9E9" if np.isnan(value) else _shade(LOOKS["paid" if value > 0 else "programme"].colour, min(abs(value) / limit, 1.0))
            for run in list(cell.text_frame.paragraphs[0].runs):
                run._r.getparent().remove(run._r)
            canvas.cell(cell, f"\u25cb {_ratio(value)}" if own else _ratio(value), BODY, bold=value < 0 or own, fill=colour, align=PP_ALIGN.CENTER)
    read = "\u25cb this scenario, or the row nearest to it. Bold: the programme wins; elsewhere ads do. Means of the replications that play it."
    canvas.text(box.part(top=0.93), [[Run(read, SMALL, GREY)]], "How to read the table", anchor=MSO_ANCHOR.BOTTOM)


def _ratio(log_ratio: float) -> str:
    return "\u2013" if np.isnan(log_ratio) else "all" if np.isinf(log_ratio) else f"{rounded(10 ** abs(log_ratio), digits=2)}\u00d7"


def _shade(colour: str, strength: float) -> str:
    """A colour mixed into white, light enough for dark text on it."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    part = 0.12 + 0.58 * strength
    return "#" + "".join(f"{round(255 - (255 - each) * part):02X}" for each in parts)
