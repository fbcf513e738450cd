"""A table as it stands in a file, before anybody knows what its columns mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import pandas as pd

HEAD_ROWS = 60
"""Rows among which the headers must be."""
MOST_ROWS = 5_000_000
MOST_COLUMNS = 500
CHUNK_ROWS = 50_000


class Sheet(NamedTuple):
    """One table: its first rows, and a way to stream the rest."""

    source: str
    """File, and sheet of a workbook, as told to people."""
    name: str
    """Sheet of a workbook; empty for a text."""
    head: list[list[Any]]
    """Cells of the first rows."""
    read: Callable[[int, Sequence[int]], Iterator[pd.DataFrame]]
    """Given the number of rows to skip and the places of the columns wanted: chunks, whose index is the row in the file (from 1)."""
    encoding: str
    separator: str | None
    notes: tuple[str, ...] = ()


def texts(row: Sequence[Any]) -> list[str]:
    """Cells as text, empty where there is nothing."""
    return ["" if cell is None else str(cell) for cell in row]
