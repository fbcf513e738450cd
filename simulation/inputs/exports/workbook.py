"""XLSX workbooks: cached values only, formulas never executed, and a formula without a cached value refused by its cell."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from simulation.errors import InputError
from simulation.inputs.exports.files import BLOCK, check_workbook
from simulation.inputs.exports.sheet import HEAD_ROWS, MOST_COLUMNS, Sheet

MOST_SHEET_ROWS = 1_048_576
"""What the format allows."""
FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
CHUNK_ROWS = 5_000
UNCACHED = object()
"""Stands for the value of a formula that nobody has computed."""


def workbook_sheets(path: Path) -> list[Sheet]:
    """
    The sheets of a workbook that hold anything.

    Raises
    ------
    InputError
        Broken, protected or too big.
    """
    with check_workbook(path) as archive, _clear(path):
        formulas = _has_formulas(archive)
    with _clear(path), _opened(path, cached=True) as book:
        names = [sheet.title for sheet in book.worksheets]
    found = [_sheet(path, name, formulas) for name in names]
    return [sheet for sheet in found if any(cell is not None for row in sheet.head for cell in row)]


def _sheet(path: Path, name: str, formulas: bool) -> Sheet:
    def read(skip: int, places: Sequence[int]) -> Iterator[pd.DataFrame]:
        return _chunks(path, name, formulas, skip, places)

    with _clear(path):
        head = [list(_trimmed(row)) for row in islice(_rows(path, name, formulas), HEAD_ROWS)]
    head = [[f"(formula without a value in {get_column_letter(place + 1)}{number})" if cell is UNCACHED else cell for place, cell in enumerate(row)]
            for number, row in enumerate(head, start=1)]
    return Sheet(f"{path} [{name}]", name, head, read, "xlsx", None)


def _chunks(path: Path, name: str, formulas: bool, skip: int, places: Sequence[int]) -> Iterator[pd.DataFrame]:
    """Rows below the headers, cells as the spreadsheet holds them."""
    with _clear(path):
        rows = enumerate(islice(_rows(path, name, formulas, max(places) + 1), skip, None), start=skip + 1)
        while part := list(islice(rows, CHUNK_ROWS)):
            wanted = [[row[place] if place < len(row) else None for place in places] for _, row in part]
            for (number, _), cells in zip(part, wanted, strict=True):
                for place, cell in zip(places, cells, strict=True):
                    if cell is UNCACHED:
                        raise InputError(f"{path} [{name}]: cell {get_column_letter(place + 1)}{number} holds a formula without a computed value; formulas are never "
                                         "executed here. Open the file in a spreadsheet program, save it, and import it again")
            yield pd.DataFrame(wanted, columns=list(places), index=[number for number, _ in part], dtype=object)


def _rows(path: Path, name: str, formulas: bool, columns: int = MOST_COLUMNS + 1) -> Iterator[tuple[Any, ...]]:
    """Rows of a sheet from its first to its last; where there are formulas, a second reading tells which have no value."""
    limits = {"min_row": 1, "min_col": 1, "max_row": MOST_SHEET_ROWS, "max_col": columns}
    with _opened(path, cached=True) as book:
        values = book[name].iter_rows(**limits, values_only=True)
        if not formulas:
            yield from (_checked(path, name, row) for row in values)
            return
        with _opened(path, cached=False) as source:
            for row, cells in zip(values, source[name].iter_rows(**limits), strict=True):
                missing = [place for place, cell in enumerate(cells) if cell.data_type == "f" and row[place] is None]
                yield _checked(path, name, tuple(UNCACHED if place in missing else cell for place, cell in enumerate(row)) if missing else row)


def _checked(path: Path, name: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(row) > MOST_COLUMNS and row[MOST_COLUMNS] is not None:
        raise InputError(f"{path} [{name}]: more than {MOST_COLUMNS} columns; this is no export of ads or posts")
    return row


def _trimmed(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row without the empty cells at its end."""
    last = next((place for place in range(len(row), 0, -1) if row[place - 1] is not None), 0)
    return row[:last]


def _has_formulas(archive: zipfile.ZipFile) -> bool:
    """Whether any sheet holds a formula; its text is looked for, not read."""
    for part in archive.infolist():
        if not part.filename.startswith("xl/worksheets/"):
            continue
        with archive.open(part) as file:
            rest = b""
            while block := file.read(BLOCK):
                if FORMULA.search(rest + block):
                    return True
                rest = block[-32:]
    return False


@contextmanager
def _opened(path: Path, cached: bool) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, read_only=True, data_only=cached, keep_links=False)
        try:
            for sheet in book.worksheets:
                sheet.reset_dimensions()
            yield book
        finally:
            book.close()


@contextmanager
def _clear(path: Path) -> Iterator[None]:
    """The parser raises whatever a broken part makes it raise; the user is told which file it is."""
    try:
        yield
    except (InputError, MemoryError, GeneratorExit):
        raise
    except Exception as error:
        first = (str(error).splitlines() or [""])[0][:200]
        raise InputError(f"{path}: not a workbook that can be read ({type(error).__name__}{': ' + first if first else ''}); export it again, or as CSV") from None
