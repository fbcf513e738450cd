"""Numbers as exports write them: thousands separators, decimal commas, currency signs, and cells that say nothing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Reals = NDArray[np.float64]

MISSING = {"", "--", "-", "—", "–", "n/a", "na", "null", "none", "nan", "#n/a"}
SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009 '’"), None)
"""Marks between thousands that no style uses for anything else."""
SIGNS = re.compile(r"^(?:[A-Z]{3}|[A-Z]{0,2}[$]|zł|kr\.?|fr\.?)\s*|\s*(?:[A-Z]{3}|zł|kr\.?|fr\.?)$", re.IGNORECASE)
PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
LARGEST = 1e15
"""Above it, whole numbers are not exact and no export goes."""


class Style(NamedTuple):
    """How numbers are written."""

    decimal: str
    thousands: str

    @property
    def words(self) -> str:
        """The style as said to people."""
        return f"decimal {'point' if self.decimal == '.' else 'comma'}"


POINT, COMMA = Style(".", ","), Style(",", ".")


def bare(text: str) -> str:
    """A cell's number without spaces, currency, percent sign and brackets for negatives."""
    text = text.strip().replace("\u2212", "-").replace("\u200e", "").replace("\u200f", "")
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1]
    text = "".join(mark for mark in text if unicodedata.category(mark) != "Sc").strip()
    text = SIGNS.sub("", text)
    return text.rstrip("%").translate(SPACES)


def vote(text: str, whole: bool) -> Style | None:
    """The style that a cell proves: both marks, a lone mark that groups nothing, or a group in a column of whole numbers."""
    number = bare(text).lstrip("+-")
    if not re.fullmatch(r"[\d.,]+", number):
        return None
    point, comma = number.rfind("."), number.rfind(",")
    if point >= 0 and comma >= 0:
        return POINT if point > comma else COMMA
    if point < 0 and comma < 0:
        return None
    mark = "." if point >= 0 else ","
    here, there = (POINT, COMMA) if mark == "." else (COMMA, POINT)
    if number.count(mark) > 1:
        return there
    head, tail = number.split(mark)
    if len(tail) != 3 or len(head) > 3 or head in ("", "0"):
        return here
    return there if whole else None


def style_of(columns: Iterable[tuple[Iterable[str], bool]]) -> tuple[Style | None, tuple[str, str] | None]:
    """The style that cells of some columns agree on, and two cells that contradict each other, if any."""
    proof: dict[Style, str] = {}
    for cells, whole in columns:
        for cell in cells:
            if (style := vote(cell, whole)) is not None:
                proof.setdefault(style, cell)
    if len(proof) > 1:
        return None, (proof[POINT], proof[COMMA])
    return (next(iter(proof)) if proof else None), None


def parse_text(text: str, style: Style) -> float:
    """The number in a cell; NaN where it says nothing. Raises `ValueError` where it is no number."""
    if text.strip().casefold() in MISSING:
        return float("nan")
    number = bare(text)
    grouped = re.fullmatch(rf"[+-]?\d{{1,3}}(?:{re.escape(style.thousands)}\d{{2,3}})*{re.escape(style.thousands)}\d{{3}}(?:{re.escape(style.decimal)}\d*)?", number)
    if grouped:
        number = number.replace(style.thousands, "")
    number = number.replace(style.decimal, ".") if style.thousands not in number else number
    if not PLAIN.fullmatch(number):
        raise ValueError(text)
    return _bounded(float(number), text)


def _bounded(value: float, given: Any) -> float:
    if not abs(value) <= LARGEST:
        raise ValueError(given)
    return value


def _parse_any(cell: Any, style: Style) -> float:
    """A cell of text, or of a spreadsheet's own number."""
    if cell is None or cell is pd.NA:
        return float("nan")
    if isinstance(cell, bool):
        raise ValueError(str(cell))
    if isinstance(cell, int | float):
        return float("nan") if cell != cell else _bounded(float(cell), str(cell))
    if not isinstance(cell, str):
        raise ValueError(str(cell))
    return parse_text(cell, style)


def parse_column(cells: pd.Series[Any], style: Style) -> tuple[Reals, int | None]:
    """
    Numbers of a column, NaN where a cell says nothing, and the place of the first cell that is no number.

    Parameters
    ----------
    cells : texts, or values of a spreadsheet
    style : how texts write numbers
    """
    numbers = _quick(cells, style)
    values, known = cells.tolist(), dict.fromkeys(("", None), float("nan"))
    for place in np.flatnonzero(np.isnan(numbers)).tolist():
        cell = values[place]
        try:
            if cell not in known:
                known[cell] = _parse_any(cell, style)
        except (ValueError, TypeError):
            return numbers, place
        numbers[place] = known[cell]
    return numbers, None


def _quick(cells: pd.Series[Any], style: Style) -> Reals:
    """Numbers of the cells that are written in the commonest way; NaN elsewhere."""
    if cells.dtype == object or cells.empty:
        return np.full(len(cells), np.nan)
    common = cells.where(cells.str.fullmatch(rf"-?(?:\d{{1,15}}|\d{{1,3}}(?:\{style.thousands}\d{{3}}){{1,4}})(?:\{style.decimal}\d{{1,9}})?"))
    written = common.str.replace(style.thousands, "", regex=False).str.replace(style.decimal, ".", regex=False)
    return np.array(pd.to_numeric(written, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan))
