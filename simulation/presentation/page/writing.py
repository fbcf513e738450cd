"""Puts the report together; the words and figures come from elsewhere, the form from `report.html.jinja`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from simulation.inputs.evidence import Figure
from simulation.inputs.scenario import scenario_text
from simulation.presentation.answer import beside, changed, heading, reading, run_reading, varies
from simulation.presentation.assumptions import LIMITS, MARKS, Assumption, assumptions, headline
from simulation.presentation.branding import needed
from simulation.presentation.charts import Chart
from simulation.presentation.figures import equal, equal_notes, sides, with_interval, written_rows
from simulation.presentation.page.facts import validation
from simulation.presentation.page.pictures import Colours, drawing, embedded, variables
from simulation.presentation.showing import Showing, SideBySide
from simulation.presentation.style import theme

MOST_BYTES = 2_700_000
"""Of all drawings of a page; further ones are left out and named."""
MOST_ROWS = 80
"""Of the table under a chart."""


class Drawn(NamedTuple):
    """A chart as a page shows it."""

    name: str
    title: str
    subtitle: str
    svg: str
    columns: list[str]
    rows: list[list[str]]


class Part(NamedTuple):
    """One scenario of a report."""

    name: str
    title: str
    heading: str
    purpose: str
    sentences: list[str]
    columns: list[str]
    table: list[list[str]]
    equal: list[list[str]]
    """The same comparison at equal money, reach and engagement; empty where there is none."""
    equal_notes: list[str]
    sure: list[str]
    mind: list[str]
    drawings: list[Drawn]
    left_out: list[str]


def page(results: Showing | SideBySide) -> str:
    """
    The report as HTML, drawn in the theme of the moment.

    Raises
    ------
    InputError
        The extra `report` is not installed, or a file of facts beside the results cannot be read.
    """
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError:
        raise needed("Jinja2") from None
    here = Path(__file__).parent
    world = Environment(loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    world.filters["sentence"] = lambda text: text if text.endswith((".", "!", "?")) else f"{text}."
    return world.get_template("report.html.jinja").render(**_contents(results), style=(here / "report.css").read_text(encoding="utf-8"))


def _contents(results: Showing | SideBySide) -> dict[str, Any]:
    shown = results.results if isinstance(results, SideBySide) else [results]
    own, first, room = theme(), shown[0], MOST_BYTES
    parts, colours = [], variables(own)
    for each in shown:
        part, room = _part(each, colours, room)
        parts.append(part)
    listed = assumptions(first.scenario)
    return {
        "title": " and ".join(each.scenario.title for each in shown), "brand": own.name, "logo": embedded(own.logo) if own.logo else None,
        "font": own.font, "colours": colours, "parts": parts, "differences": _differences(results) if isinstance(results, SideBySide) else [],
        "headline": headline(first.scenario), "drawn": [each for each in listed if each.drawn], "listed": listed, "marks": MARKS, "sources": _sources(listed),
        "validation": validation(first), "limits": LIMITS, "made": first.provenance(), "command": first.command or f"advocacy compare {first.scenario.name}.yaml",
        "scenarios": [(each.scenario.name, scenario_text(each.scenario)) for each in shown], "currency": first.scenario.currency, "price_year": first.scenario.price_year,
        "interval": f"{first.summary()['interval']:.0%}",
    }


def _part(each: Showing, colours: Colours, room: int) -> tuple[Part, int]:
    """One scenario, and the room that is left for drawings."""
    scenario, summary = each.scenario, each.summary()
    currency = scenario.currency
    if each.compared:
        columns = ["", "Programme", "Ads"]
        table = [list(row.told(currency)) for row in sides(summary)]
        sentences, mind = reading(scenario, summary), beside(scenario, summary)
        made_equal = [list(row.told(currency)) for row in equal(scenario, summary)]
    else:
        columns = ["", "As written"]
        table = [[label, with_interval(value, kind, currency)] for label, kind, _, value in written_rows(summary)]
        sentences, mind, made_equal = run_reading(scenario, summary), [], []
    drawings, left_out = [], []
    for chart in each.charts():
        drawn = _drawn(chart, colours, f"{scenario.name}-{chart.name}")
        if len(drawn.svg) <= room:
            drawings.append(drawn)
            room -= len(drawn.svg)
        else:
            left_out.append(drawn.title)
    return Part(scenario.name, scenario.title, heading(scenario, summary), scenario.purpose, sentences, columns, table, made_equal,
                equal_notes(summary) if made_equal else [], varies(summary), mind, drawings, left_out), room


def _drawn(chart: Chart, colours: Colours, name: str) -> Drawn:
    words = {str(text.get_gid()): " ".join(text.get_text().split()) for text in chart.figure.texts if text.get_gid()}
    data = _few(chart.data)
    rows = [[_cell(value) for value in row] for row in data.itertuples(index=False)]
    return Drawn(chart.name, words["title"], words["subtitle"], drawing(chart, colours, re.sub(r"\W", "-", name)), [column.replace("_", " ") for column in data.columns], rows)


def _few(data: pd.DataFrame) -> pd.DataFrame:
    """The data of a chart, of a long course of time only whole weeks."""
    if len(data) > MOST_ROWS and "week" in data:
        data = data[(data["week"] % 1.0).abs() < 1e-9]
    return data.head(MOST_ROWS)


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if pd.isna(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:,.3g}"


def _differences(results: SideBySide) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What each further scenario changes against the first: label, difference, and what pairing was worth."""
    titles = {each.scenario.name: each.scenario.title for each in results.results}
    found = []
    for pair in results.differences():
        rows = [(label, difference, _worth(worth)) for label, difference, worth in changed(pair)]
        found.append((f"{titles.get(pair['scenario'], pair['scenario'])} against {titles.get(pair['against'], pair['against'])}", rows))
    return found


def _worth(worth: float | None) -> str:
    return "" if worth is None else f"{worth:,.0f}" if worth >= 10 else f"{worth:.2g}"


def _sources(listed: list[Assumption]) -> list[Figure]:
    """Every figure that the scenario rests on, once, by source."""
    found = {figure.key: figure for each in listed for figure in each.figures}
    return sorted(found.values(), key=lambda figure: (figure.source, figure.title))
