"""Results as a notebook shows them: small tables in HTML, every text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from simulation.presentation.sensitivity_words import Study

STYLE = "border-collapse:collapse;font-variant-numeric:tabular-nums"
CELL = "padding:0.25em 0.9em;text-align:{side};border-bottom:1px solid #D9DDE2"


def page(heading: str, rows: Sequence[Sequence[str]], notes: Sequence[str] = ()) -> str:
    """
    A heading, a table and notes.

    Parameters
    ----------
    rows : the first one names the columns; texts as they are, they are escaped here
    """
    body = "".join(_row(row, "th" if number == 0 else "td") for number, row in enumerate(rows))
    under = "".join(f"<p>{escape(note)}</p>" for note in notes if note)
    return f'<div><p><strong>{escape(heading)}</strong></p><table style="{STYLE}">{body}</table>{under}</div>'


def text_page(answer: str) -> str:
    """
    The printed answer as HTML: its first line as the heading, its table as a table, the rest as paragraphs.

    Columns of a printed table stand two or more spaces apart.
    """
    heading, *blocks = answer.split("\n\n")
    rows: list[list[str]] = []
    notes: list[str] = []
    for block in blocks:
        cut = [_cells(line) for line in block.splitlines()]
        if not rows and len(cut) > 1 and max(map(len, cut)) > 1:
            width = max(map(len, cut))
            rows = [[""] * (width - len(cells)) + cells if number == 0 else cells + [""] * (width - len(cells)) for number, cells in enumerate(cut)]
        else:
            notes += block.splitlines()
    return page(heading, rows, notes)


def study_page(study: Study, answer: str, frame: pd.DataFrame) -> str:
    """A study: what was varied, from where to where, and what was played."""
    rows: list[tuple[str, ...]] = [("Varied", "Role", "From", "To", "Values")]
    for name in frame.columns:
        if name.startswith(("lever.", "uncertainty.")):
            role, key = name.split(".", 1)
            column = frame[name].dropna()
            ends = (column.min(), column.max()) if len(column) else ("none", "none")
            rows.append((key, role, *(_written(end) for end in ends), f"{column.nunique():,}"))
    return page(study.title or study.name, rows, answer.splitlines())


def _cells(line: str) -> list[str]:
    return [cell for part in line.strip().split("  ") if (cell := part.strip())]


def _written(value: Any) -> str:
    return f"{value:,.6g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _row(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f'<{tag} style="{CELL.format(side="left" if place == 0 else "right")}">{escape(cell)}</{tag}>' for place, cell in enumerate(cells)) + "</tr>"
