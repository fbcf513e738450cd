"""The slides around the charts: the answer, how sure it is, what it rests on, and several scenarios side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.enum.text import MSO_ANCHOR

from simulation.presentation.answer import heading
from simulation.presentation.assumptions import LIMITS, Assumption, as_text, headline, leaves
from simulation.presentation.deck.canvas import BODY, SMALL, Canvas, Run, rgb
from simulation.presentation.deck.native import axis, fill, inner, intervals
from simulation.presentation.deck.slide_charts import subtitle
from simulation.presentation.figures import Row, sides, with_interval, written_rows
from simulation.presentation.numbers import money, people
from simulation.presentation.showing import Showing
from simulation.presentation.style import GREY, INK, LOOKS

CARDS = (("People added", 0), ("Cost per person the other misses", 6), ("Reactions per 1,000 impressions", 4))
"""What the first slide shows large: a caption, and the place of the row in the table of every answer."""
MOST_COLUMNS = 5
"""Scenarios in one table of a slide."""
CARD = "#F2F4F6"
SOURCES = {"parameters": ("Parameters", INK), "luck": ("Luck", "#8A939C"), "society": ("Society", "#C9CED4")}


def the_answer(canvas: Canvas, each: Showing, sentences: Sequence[str]) -> None:
    """The figures of the answer, large, and the rest of it in words."""
    summary, currency = each.summary(), each.scenario.currency
    canvas.text(canvas.room.part(bottom=0.1), [[Run(heading(each.scenario, summary), SMALL + 1, GREY)]], "What was played")
    if each.compared:
        rows = sides(summary)
        for place, (caption, number) in enumerate(CARDS):
            _card(canvas, place, caption, rows[number], currency)
    else:
        for place, (label, kind, _, value) in enumerate(row for row in written_rows(summary) if row[0] in ("People reached", "Impressions", "Cost")):
            shown = _split(with_interval(value, kind, currency))
            paragraphs = [[Run(label, SMALL + 1, GREY, True)], [Run(shown[0], 34, INK, True)], [Run(shown[1], SMALL, GREY)]]
            canvas.text(_place(canvas, place, 0.4), paragraphs, f"{label}: {' '.join(shown)}", fill=CARD)
    canvas.text(canvas.room.part(top=0.7 if each.compared else 0.47), [[Run(sentence, BODY + 3)] for sentence in sentences], "The rest of the answer")


def _place(canvas: Canvas, place: int, bottom: float = 0.64) -> Any:
    return canvas.room.part(left=place * 0.34, right=place * 0.34 + 0.32, top=0.1, bottom=bottom)


def _card(canvas: Canvas, place: int, caption: str, row: Row, currency: str) -> None:
    """Programme and ads, one under the other, each with its range."""
    paragraphs, told = [[Run(caption, SMALL + 1, GREY, True)]], []
    for side, value in (("programme", row.programme), ("paid", row.paid)):
        middle, ends = _split(with_interval(value, row.kind, currency))
        paragraphs.append([Run(f"{middle} ", 36, LOOKS[side].ink, True), Run(LOOKS[side].label.lower(), BODY, LOOKS[side].ink)])
        paragraphs.append([Run(ends or "the same in every replication", SMALL, GREY)])
        told.append(f"{LOOKS[side].label.lower()} {middle}" + (f" ({ends})" if ends else ""))
    canvas.text(_place(canvas, place), paragraphs, f"{caption}: {', '.join(told)}", fill=CARD)


def _split(shown: str) -> tuple[str, str]:
    middle, _, ends = shown.partition(" (")
    return middle, ends.removesuffix(")")


def sureness_title(each: Showing) -> str:
    """What most of the uncertainty comes from."""
    found = (each.summary()["interval_sources"] or {}).get("added_reach_programme")
    if not found:
        fixed = each.summary()["parameters"]["from"] != "posterior"
        return "Intervals show luck and society alone: parameters were held fixed" if fixed else "Intervals cover what was drawn, not what nobody knows"
    source, part = max(found.items(), key=lambda pair: float(pair[1]["part"]))
    because = {"parameters": "comes from parameters that nobody has measured well", "luck": "is plain luck", "society": "comes from who happens to know whom"}
    return f"{part['part']:.0%} of the uncertainty about the programme's reach {because[source]}"


def how_sure(canvas: Canvas, each: Showing) -> None:
    """Where the intervals come from, and what no interval covers."""
    found = each.summary()["interval_sources"] or {}
    named = {"added_reach_programme": "Added by the programme", "added_reach_paid": "Added by ads"}
    shown = {label: found[name] for name, label in named.items() if found.get(name)}
    box = subtitle(canvas, "Variance between replications, by where it comes from" if shown else "What the intervals cover, and what they do not")
    left = box.part(right=0.5)
    if shown:
        _variance(canvas, left, shown)
    else:
        covered = "parameters, luck and society" if each.summary()["parameters"]["from"] == "posterior" else "luck and society; parameters were held at the scenario's values"
        words = f"Intervals hold {each.summary()['interval']:.0%} of {each.summary()['replications']} replications and cover {covered}."
        canvas.text(left, [[Run(words, BODY)]], "What the intervals cover")
    limits = [[Run(f"\u2022 {line}", SMALL + 1)] for line in LIMITS]
    canvas.text(box.part(left=0.55), [[Run("What the model cannot know", BODY + 1, INK, True)], *limits], "What the model cannot know")


def _variance(canvas: Canvas, box: Any, shown: dict[str, Any]) -> None:
    data = CategoryChartData(number_format="0%")
    data.categories = list(shown)
    for source, (label, _) in SOURCES.items():
        data.add_series(label, [float(parts[source]["part"]) for parts in shown.values()])
    told = "; ".join(f"{name}: {', '.join(f'{SOURCES[source][0].lower()} {part["part"]:.0%} ({part["low"]:.0%} to {part["high"]:.0%})' for source, part in parts.items())}"
                     for name, parts in shown.items())
    chart = canvas.chart(XL_CHART_TYPE.COLUMN_STACKED_100, box.part(top=0.09, bottom=0.86), data, f"Stacked columns of the variance by source. {told}.")
    inner(chart, 0.11, 0.04, 0.86, 0.82)
    chart.plots[0].gap_width, chart.plots[0].overlap = 70, 100
    axis(chart.category_axis, canvas.scale)
    axis(chart.value_axis, canvas.scale, grid=True, number_format="0%", line=False)
    for series, (_, colour) in zip(chart.plots[0].series, SOURCES.values(), strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = rgb(colour)
    key = [run for label, colour in SOURCES.values() for run in (Run("\u25a0 ", SMALL, colour, True), Run(f"{label}   ", SMALL, GREY, True))]
    canvas.text(box.part(bottom=0.08), [key], "Key: parameters dark, luck grey, society light grey")
    canvas.text(box.part(top=0.88), [[Run(f"{told}.", SMALL - 2, GREY)]], "The parts with their 90% ranges")


def basis_title(each: Showing) -> str:
    """How much of what people ask about first is measured."""
    chosen = _asked_first(each)
    assumed = sum(bool(row.reason) for row in chosen if row.role == "uncertainty")
    uncertain = sum(row.role == "uncertainty" for row in chosen)
    return f"Of the {uncertain} uncertain values that people ask about first, {assumed} are assumed at least in part"


def _asked_first(each: Showing) -> list[Assumption]:
    """Those that fit a slide."""
    return headline(each.scenario)[:8]


def what_it_rests_on(canvas: Canvas, each: Showing) -> None:
    """The values that people ask about first, with their sources and marks."""
    box = subtitle(canvas, "Bold: drawn anew for each replication, median and range of 90% of the draws. Marks: A primary source, B secondary, D arithmetic")
    chosen = _asked_first(each)
    rows = [["What", "Value", "Trust", "Rests on"]]
    for row in chosen:
        rows.append([row.says, f"{row.value} {row.unit}", row.marks, _short(row.rests_on)])
    told = "; ".join(f"{row[0]} {row[1]}" for row in rows[1:])
    table = canvas.table(box, rows, (3.2, 3.1, 1.2, 4.5), f"Assumptions with value, trust and source: {told}", size=SMALL - 1.5, row_height=0.5)
    for place, row in enumerate(chosen, 1):
        table.cell(place, 1).text_frame.paragraphs[0].runs[0].font.bold = row.drawn


def _short(words: str, most: int = 96) -> str:
    """Words cut at a space, if they are too long for two lines of a table."""
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0].rstrip(",;:") + " \u2026"


def side_by_side(canvas: Canvas, shown: Sequence[Showing]) -> None:
    """People added by programme and ads in each scenario."""
    box = subtitle(canvas, "People added to what happens anyway: mean, and range that holds 90% of replications, on common luck")
    data = CategoryChartData(number_format="#,##0")
    data.categories = [each.scenario.title for each in shown]
    added = {side: [each.summary()["added_reach"][side] for each in shown] for side in ("programme", "paid")}
    for side, values in added.items():
        data.add_series(LOOKS[side].label, [float(value["mean"]) for value in values])
    told = "; ".join(f"{each.scenario.title}: programme {with_interval(one, 'people', '')}, ads {with_interval(two, 'people', '')}"
                     for each, one, two in zip(shown, added["programme"], added["paid"], strict=True))
    chart = canvas.chart(XL_CHART_TYPE.COLUMN_CLUSTERED, box.part(top=0.08, bottom=0.88), data, f"Columns of people added in each scenario. {told}.")
    chart.plots[0].gap_width, chart.plots[0].overlap = 60, -5
    axis(chart.category_axis, canvas.scale)
    axis(chart.value_axis, canvas.scale, grid=True, number_format="#,##0", line=False)
    chart.value_axis.minimum_scale = 0
    for series, (side, values) in zip(chart.plots[0].series, added.items(), strict=True):
        fill(series.format, LOOKS[side])
        intervals(series, [value["mean"] - value["low"] for value in values], [value["high"] - value["mean"] for value in values], INK)
    canvas.text(box.part(bottom=0.08), [[Run(f"\u25a0 {LOOKS[side].label}   ", SMALL, LOOKS[side].ink, True) for side in added]], "Key: programme and paid ads")
    canvas.text(box.part(top=0.89), [[Run(f"{told}.", SMALL - 2, GREY)]], "The figures with their ranges", anchor=MSO_ANCHOR.TOP)


def figures_side_by_side(canvas: Canvas, shown: Sequence[Showing]) -> None:
    """The table of every answer, scenario by scenario."""
    box = subtitle(canvas, "Mean and range that holds 90% of replications; prices are medians")
    chosen = list(shown)[:3]
    tables = [sides(each.summary()) for each in chosen]
    heads = [f"{each.scenario.title}: {side}" for each in chosen for side in ("programme", "ads")]
    rows = [["", *heads]]
    for place, row in enumerate(tables[0]):
        values = [value for table, each in zip(tables, chosen, strict=True) for value in
                  (with_interval(table[place].programme, row.kind, each.scenario.currency), with_interval(table[place].paid, row.kind, each.scenario.currency))]
        rows.append([row.label, *values])
    canvas.table(box, rows, (2.4, *[1.8] * len(heads)), "Table of all figures, scenario by scenario", size=SMALL + 1.5 - 1.5 * len(chosen), row_height=0.46)


def settings_that_differ(shown: Sequence[Showing], most: int = 11) -> list[list[str]]:
    """Keys in which scenarios differ, with the value in each, as rows of a table; the most that fit a slide, and how many more there are."""
    values = [{key: as_text(value) for key, value, _ in leaves(each.scenario)} for each in shown]
    keys = [key for key in dict.fromkeys(key for one in values for key in one) if len({one.get(key) for one in values}) > 1 and key not in ("title", "purpose", "sources")]
    rows = [["Setting", *(each.scenario.title for each in shown)], *([key, *(_short(one.get(key, "\u2013"), 60) for one in values)] for key in keys[:most])]
    return [*rows, [f"and {len(keys) - most} more", *[""] * len(shown)]] if len(keys) > most else rows


def what_differs(canvas: Canvas, shown: Sequence[Showing], pairs: Sequence[tuple[str, Sequence[tuple[str, str]]]]) -> None:
    """The settings in which the scenarios differ, and what that changes on common luck."""
    box = subtitle(canvas, "Differences on common luck: mean, and range that holds 90% of replications. Below, the settings in which the scenarios differ")
    told = [[Run(f"{names}: ", BODY, INK, True), Run("; ".join(f"{label} {value}" for label, value in lines) + ".", BODY)] for names, lines in pairs]
    lines = min(2 * len(told), 5)
    canvas.text(box.part(bottom=0.085 * lines), told, "Differences on common luck")
    rows = settings_that_differ(shown[:MOST_COLUMNS], 11 - lines)
    words = "; ".join(" ".join(row) for row in rows[1:])
    canvas.table(box.part(top=0.085 * lines + 0.04), rows, (2.6, *[2.0] * (len(rows[0]) - 1)), f"Settings that differ: {words}", size=SMALL, row_height=0.36)


def price_title(shown: Sequence[Showing]) -> str:
    """What one more person costs through the programme, from the cheapest scenario to the dearest."""
    prices = [(float(value["median"]), each) for each in shown if (value := each.summary()["cost_per_incremental_person"]["programme"]) and value["median"] is not None]
    if len(prices) < 2:
        return "The figures of all scenarios, side by side"
    (low, first), (high, last) = min(prices, key=lambda pair: pair[0]), max(prices, key=lambda pair: pair[0])
    cheap, dear = money(low, first.scenario.currency), money(high, last.scenario.currency)
    return f"One more person costs {cheap} through the programme of {first.scenario.title}, {dear} of {last.scenario.title}"


def difference_title(pair: dict[str, Any], titles: dict[str, str]) -> str:
    """Whether one scenario's programme adds more people than another's."""
    found, one, other = pair["measures"]["added_reach_programme"]["difference"], titles[pair["scenario"]], titles[pair["against"]]
    if found is None or found["low"] <= 0 <= found["high"]:
        return f"The programmes of {one} and {other} cannot be told apart by the people they add"
    more = "more" if found["mean"] > 0 else "fewer"
    return f"The programme adds {people(abs(found['mean']))} people {more} in {one} than in {other}, in nearly every replication"
