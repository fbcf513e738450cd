"""Totals rows, first or last: found, kept apart, and held against the sum of the rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.inputs.exports.headers import Header, plain, value_of, words

EMPTY = ("", "-", "--", "—")
TOLERANCE = 0.005
"""Part of a sum by which a totals row may differ before it is said aloud."""


def is_total(chunk: pd.DataFrame, header: Header, entities: Sequence[str], named_before: bool = False) -> tuple[NDArray[np.bool_], bool]:
    """Rows that say 'Total' where others name something, or name nothing at all where others do; and whether any row, here or before, names something."""
    total = np.zeros(len(chunk), dtype=bool)
    for column, place in header.places.items():
        if value_of(column) in ("text", "date"):
            said = [cell for cell in chunk[place].unique().tolist() if isinstance(cell, str) and _opens_totals(cell)] if value_of(column) == "date" or column in entities else []
            if said:
                total |= chunk[place].isin(said).to_numpy(dtype=bool)
    named = [says_something(chunk[header.places[column]]) for column in entities if column in header.places]
    if not named:
        return total, False
    names = np.logical_or.reduce(named)
    named_before = named_before or bool(names.any())
    return total | ~names if named_before else total, named_before


def says_something(cells: pd.Series[Any]) -> NDArray[np.bool_]:
    """Cells that are neither empty nor a dash."""
    if cells.dtype == object:
        return np.array([cell is not None and str(cell).strip() not in EMPTY for cell in cells.tolist()], dtype=bool)
    return ~cells.str.strip().isin(EMPTY).to_numpy(dtype=bool)


def _opens_totals(cell: str) -> bool:
    return cell.lstrip()[:2].casefold() in _starts() and bool(_pattern().match(plain(cell.replace(":", " (", 1))))


@lru_cache(maxsize=1)
def _starts() -> frozenset[str]:
    """The first two letters of totals words, which spare most names a closer look."""
    return frozenset(word[:2] for word in words().totals)


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """A totals word by itself, with what it sums, or with a count: 'Total', 'Total: Account', 'Total (12 campaigns)', 'Results from 12 ads'."""
    spoken = "|".join(map(re.escape, sorted(words().totals, key=len, reverse=True)))
    return re.compile(rf"^(?:{spoken})(?:$|\s*[(\[]|\s+\d[\d.,]*\s+\w+s$)")


def compare_totals(rows: pd.DataFrame, totals: pd.DataFrame) -> Iterator[str]:
    """What a totals row says against the sum of the rows: additive figures that differ, and a reach that was added up."""
    for column in ("spend", "impressions", "clicks"):
        if column in rows and column in totals and totals[column].notna().any():
            added, said = float(rows[column].sum()), float(totals[column].max())
            if abs(added - said) > TOLERANCE * max(abs(said), 1.0):
                yield f"the totals row says {said:,.10g} {column}, the rows add up to {added:,.10g}; rows may be missing from the export"
    if "reach" in rows and "reach" in totals and rows["reach"].notna().sum() > 1 and totals["reach"].notna().any():
        added, said = float(rows["reach"].sum()), float(totals["reach"].max())
        if said >= added * (1 - 1e-9) > 0:
            yield f"the reach of the totals row ({said:,.0f}) is the rows' reach added up, which counts people twice; it is not used"


def usable_total(rows: pd.DataFrame, totals: pd.DataFrame) -> dict[str, Any] | None:
    """Impressions and deduplicated reach of the totals row; None where there is none, or where reach was merely added up."""
    if "reach" not in totals or "impressions" not in totals or not len(rows):
        return None
    best = totals[totals["reach"].notna() & totals["impressions"].notna()]
    if best.empty:
        return None
    row = best.iloc[int(best["impressions"].to_numpy().argmax())]
    added, impressions = float(rows["reach"].sum()), float(rows["impressions"].sum())
    whole = abs(impressions - float(row["impressions"])) <= TOLERANCE * max(impressions, 1.0)
    if not whole or not 0 < float(row["reach"]) <= float(row["impressions"]) or (len(rows) > 1 and float(row["reach"]) >= added * (1 - 1e-9)):
        return None
    return {"impressions": float(row["impressions"]), "reach": float(row["reach"]), "spend": float(row["spend"]) if "spend" in row and row["spend"] == row["spend"] else None}
