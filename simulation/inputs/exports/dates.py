"""Dates as exports write them, and which of two numbers is the month."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.inputs.exports.numerals import MISSING

NUMBERS = re.compile(r"(\d{1,4})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{1,4})(?:[T ,].*)?")
NAMED = ("%b %d %Y", "%B %d %Y", "%d %b %Y", "%d %B %Y", "%d-%b-%Y", "%d-%b-%y", "%a %b %d %Y", "%Y%m%d")
EARLIEST, LATEST = 1990, 2100


def month_first(cells: Iterable[Any]) -> tuple[bool | None, bool]:
    """Whether the month is written first (None where no date proves it), and whether dates contradict each other."""
    orders = {order for cell in cells if isinstance(cell, str) and (order := _order(cell)) is not None}
    return (orders.pop(), False) if len(orders) == 1 else (None, bool(orders))


def _order(text: str) -> bool | None:
    found = NUMBERS.fullmatch(text.strip())
    if not found or len(found[1]) == 4:
        return None
    first, second = int(found[1]), int(found[3])
    return True if second > 12 >= first else False if first > 12 >= second else None


def parse_date(cell: Any, month_leads: bool) -> datetime.date | None:
    """The day in a cell; None where it says nothing. Raises `ValueError` where it is no date of 1990 to 2100."""
    if cell is None or cell is pd.NA or (isinstance(cell, float) and cell != cell):
        return None
    if isinstance(cell, datetime.datetime):
        return _sane(cell.date())
    if isinstance(cell, datetime.date):
        return _sane(cell)
    if not isinstance(cell, str):
        raise ValueError(str(cell))
    text = cell.strip()
    return None if text.casefold() in MISSING else _sane(_from_text(text, month_leads))


def _from_text(text: str, month_leads: bool) -> datetime.date:
    found = NUMBERS.fullmatch(text)
    if found and len(found[1]) == 4:
        return datetime.date(int(found[1]), int(found[3]), int(found[4]))
    if found:
        year = int(found[4]) + (2000 if len(found[4]) <= 2 else 0)
        month, day = (found[1], found[3]) if month_leads else (found[3], found[1])
        return datetime.date(year, int(month), int(day))
    for form in NAMED:
        try:
            return datetime.datetime.strptime(re.sub(r"[,\s]+", " ", text), form).date()
        except ValueError:
            continue
    raise ValueError(text)


def _sane(day: datetime.date) -> datetime.date:
    if not EARLIEST <= day.year <= LATEST:
        raise ValueError(str(day))
    return day


def parse_dates(cells: pd.Series[Any], month_leads: bool) -> tuple[NDArray[np.datetime64], int | None]:
    """Days of a column, NaT where a cell says nothing, and the place of the first cell that is no date."""
    known: dict[Any, np.datetime64] = {}
    days = np.full(len(cells), np.datetime64("NaT", "D"))
    for place, cell in enumerate(cells):
        try:
            if cell not in known:
                day = parse_date(cell, month_leads)
                known[cell] = np.datetime64("NaT", "D") if day is None else np.datetime64(day, "D")
        except (ValueError, TypeError):
            return days, place
        days[place] = known[cell]
    return days, None
