"""Cells of a workbook: values as what they are, headers, and sheets that are one table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from openpyxl.cell import Cell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
LONGEST = 32_767
"""Characters that a cell can hold."""


def put(cell: Any, value: Any, number_format: str = "General") -> Cell:
    """Write a value: a number with its format, nothing as an empty cell, and text as text whatever it begins with."""
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return cell  # type: ignore[no-any-return]
    if isinstance(value, str):
        cell.value = CONTROL.sub("", value)[:LONGEST]
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(("=", "+", "-", "@"))
    else:
        cell.value = value
        cell.number_format = number_format
    return cell  # type: ignore[no-any-return]


def header(sheet: Worksheet, row: int, names: Iterable[str], first: int = 1) -> None:
    """Names of columns, white on dark, from a column on."""
    for column, name in enumerate(names, first):
        cell = put(sheet.cell(row, column), name)
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F2328")


def grid(sheet: Worksheet, names: Sequence[str], rows: Iterable[Iterable[Any]], formats: dict[str, str]) -> None:
    """A sheet that is one table: header frozen, filters on."""
    header(sheet, 1, names)
    shows, longest, last = [formats.get(name, "General") for name in names], [len(name) for name in names], 1
    for last, values in enumerate(rows, 2):
        for column, value in enumerate(values, 1):
            put(sheet.cell(last, column), value.item() if hasattr(value, "item") else value, shows[column - 1])
            longest[column - 1] = max(longest[column - 1], len(value) if isinstance(value, str) else 10)
    for column, size in enumerate(longest, 1):
        sheet.column_dimensions[get_column_letter(column)].width = min(size, 60) + 2
    sheet.freeze_panes = "A2"
    table = Table(displayName=f"{sheet.title}Table", ref=f"A1:{get_column_letter(len(names))}{max(last, 2)}")
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=True)
    if len(set(map(str, names))) == len(names):
        sheet.add_table(table)
