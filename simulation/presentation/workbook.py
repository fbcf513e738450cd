"""Results as one Excel file: numbers as numbers, text never as a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from simulation.presentation.answer import beside, heading, reading, run_reading, varies
from simulation.presentation.assumptions import as_text, leaves
from simulation.presentation.chart_numbers import band
from simulation.presentation.figures import equal, sides, written_rows
from simulation.presentation.showing import Showing, SideBySide
from simulation.presentation.workbook_cells import font, grid, header, printable, put
from simulation.presentation.workbook_charts import people_added
from simulation.studies.summary import unit_of

FORMATS = {"people": "#,##0", "ratio": "0.0##", "money": "#,##0.00", "price": "#,##0.00##"}
COUNTS = "#,##0.0"
MOST_ROWS = 1_048_576
"""That a sheet can hold."""


def sheets(results: Showing | SideBySide) -> bytes:
    """Summary, Channels, Daily, Frequency, Scenario and About as an Excel file."""
    shown = results.results if isinstance(results, SideBySide) else [results]
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = "Summary"
    _summary(first, shown)
    grid(book.create_sheet("Channels"), ["scenario", "world", "channel", "measure", "mean", "low", "high", "unit"], _channels(shown),
         dict.fromkeys(("mean", "low", "high"), COUNTS))
    daily = _stacked(_daily(each) for each in shown)
    grid(book.create_sheet("Daily"), list(daily.columns), daily.itertuples(index=False), dict.fromkeys(daily.columns[5:], COUNTS) | {"day": "0"})
    frequency = _stacked(_frequency(each) for each in shown)
    grid(book.create_sheet("Frequency"), list(frequency.columns), frequency.itertuples(index=False), dict.fromkeys(("people", "people_low", "people_high"), COUNTS))
    grid(book.create_sheet("Scenario"), ["key", *(each.scenario.name for each in shown), "unit", "role", "basis"], _settings(shown), {})
    _about(book.create_sheet("About"), shown)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _summary(sheet: Worksheet, shown: Sequence[Showing]) -> None:
    """The answer in words, then the table that the terminal shows, each figure with its interval in columns of their own."""
    row = 1
    for each in shown:
        summary = each.summary()
        put(sheet.cell(row, 1), heading(each.scenario, summary)).font = font(bold=True, size=14)
        for sentence in (reading if each.compared else run_reading)(each.scenario, summary):
            row += 1
            put(sheet.cell(row, 1), sentence)
        row = _figures(sheet, each, row + 2)
        for line in (*varies(summary), *(beside(each.scenario, summary) if each.compared else ())):
            put(sheet.cell(row, 1), f"{line[0].upper()}{line[1:]}").font = font(color="5B626B")
            row += 1
        row += 1
    sheet.column_dimensions["A"].width = 52
    for column in "BCDEFGHI":
        sheet.column_dimensions[column].width = 13
    if shown[0].compared:
        sheet.add_chart(people_added(sheet, shown), f"A{row + 1}")
    sheet.freeze_panes, sheet.print_area = "B1", f"A1:I{row + 18}"
    printable(sheet)


def _figures(sheet: Worksheet, each: Showing, row: int) -> int:
    """One scenario's table; the first free row below it."""
    names = ("programme", "low", "high", "ads", "low", "high") if each.compared else ("as written", "low", "high")
    header(sheet, row, ("measure", "unit", *names))
    listed: list[tuple[str, Any, str, tuple[Any, ...]]] = (
        [(line.label, line.kind, line.unit, (line.programme, line.paid)) for line in (*sides(each.summary()), *equal(each.scenario, each.summary()))] if each.compared
        else [(label, kind, unit_, (value,)) for label, kind, unit_, value in written_rows(each.summary())])
    for label, kind, unit_, values in listed:
        row += 1
        put(sheet.cell(row, 1), label)
        put(sheet.cell(row, 2), unit_)
        numbers = [number for value in values for number in ((None, None, None) if value is None else (value.get("mean", value.get("median")), value["low"], value["high"]))]
        for place, number in enumerate(numbers):
            put(sheet.cell(row, 3 + place), number, FORMATS[kind])
    return row + 2


def _channels(shown: Sequence[Showing]) -> Iterable[tuple[Any, ...]]:
    for each in shown:
        summary = each.summary()
        for world, channels in summary["channels"].items():
            for channel, measures in {"any": summary["worlds"][world], **channels}.items():
                for name, value in measures.items():
                    triple = (None, None, None) if value is None else (value["mean"], value["low"], value["high"])
                    yield (each.scenario.name, world, channel, name, *triple, unit_of(name, each.scenario.currency))


def _daily(each: Showing) -> pd.DataFrame:
    """Means over replications by world, platform, channel and day; reach so far also with its interval."""
    keys = ["scenario", "world", "platform", "channel", "day"]
    table = each.to_dataframe()
    measures = ["impressions", "new_reach", "likes", "clicks", "reshares", "shares", "cost"]
    means = table[[*keys, *measures]].groupby(keys, sort=False)[measures].sum() / each.summary()["replications"]
    wide = table.pivot_table(index=keys, columns="replication", values="new_reach", aggfunc="sum", fill_value=0).groupby(level=keys[:4]).cumsum()
    mean, low, high = band(wide.to_numpy(), axis=1)
    so_far = pd.DataFrame({"reach_so_far": mean, "reach_so_far_low": low, "reach_so_far_high": high}, index=wide.index)
    daily: pd.DataFrame = means.join(so_far).reset_index()
    return daily


def _frequency(each: Showing) -> pd.DataFrame:
    """Mean and interval of people at each number of impressions, by world and channel."""
    keys = ["scenario", "world", "channel", "impressions"]
    wide = each.frequency().pivot_table(index=keys, columns="replication", values="people", aggfunc="sum", fill_value=0)
    mean, low, high = band(wide.to_numpy(), axis=1)
    return pd.DataFrame({"people": mean, "people_low": low, "people_high": high}, index=wide.index).reset_index()


def _stacked(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(list(tables), ignore_index=True).iloc[: MOST_ROWS - 1]


def _settings(shown: Sequence[Showing]) -> Iterable[tuple[Any, ...]]:
    """Every key of the scenarios with its value in each, unit, role and basis."""
    listed = [{key: (value, field) for key, value, field in leaves(each.scenario)} for each in shown]
    for key in dict.fromkeys(key for values in listed for key in values):
        extra = next(values[key][1] for values in listed if key in values).json_schema_extra
        basis: dict[str, Any] = dict(extra) if isinstance(extra, dict) else {}
        rests = "; ".join([*basis.get("evidence", ()), *([f"assumed: {basis['assumed']}"] if basis.get("assumed") else [])])
        values = ((found[key][0] if key in found else None) for found in listed)
        shows = (value if isinstance(value, int | float | str) else None if value is None else as_text(value) for value in values)
        yield (key, *shows, basis.get("unit", ""), basis.get("role", ""), rests)


def _about(sheet: Worksheet, shown: Sequence[Showing]) -> None:
    made = shown[0].provenance()
    interval = shown[0].summary()["interval"]
    lines: list[tuple[str, Any]] = [
        ("Made by", f"Advocacy Reach {made['versions']['advocacy-reach']}, an open simulator"), ("Command", shown[0].command or "(from Python)"),
        ("Played", f"{made['started']} to {made['finished']}"), ("Seed", made["seed"]), ("Engine", made["engine"]), ("Replications", shown[0].summary()["replications"]),
        ("Evidence, SHA-256", made["evidence_sha256"]), ("Posterior, SHA-256", made["posterior_sha256"]),
        ("low and high", f"hold {interval:.0%} of replications, each with new luck, a new society and, unless fixed, parameters drawn anew"),
        ("mean", "mean over replications; where a figure may not exist, as a price per person, the median"),
        ("worlds", "neither: no campaign; advocacy: the programme alone; paid: ads alone; both; as_written: as the scenario says"),
        ("Daily", "means over replications; the rows of each replication are in daily.parquet of the results folder"),
        ("reach", "different people of the market with at least one impression"), ("channel", "the root cause of an impression; a reshare belongs to the channel of its root")]
    header(sheet, 1, ("what", "value"))
    for row, (name, value) in enumerate(lines, 2):
        put(sheet.cell(row, 1), name)
        put(sheet.cell(row, 2), value).alignment = Alignment(wrap_text=True, horizontal="left", vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 100
    sheet.freeze_panes = "A2"
    printable(sheet)
