"""Reads an export from file to judged table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from simulation.errors import InputError, nearest, unknown
from simulation.inputs.exports.checks import Finding, judge_curve, judge_rows, judge_table, rows_of, without_impossible_cells
from simulation.inputs.exports.dates import parse_date
from simulation.inputs.exports.files import packing_of
from simulation.inputs.exports.headers import Header, Kind, plain, recognise, understand, words
from simulation.inputs.exports.member import member_sheets
from simulation.inputs.exports.sheet import MOST_ROWS, Sheet, texts
from simulation.inputs.exports.table import internal, joined, manner_of, pieces, with_frequency
from simulation.inputs.exports.text import text_sheet
from simulation.inputs.exports.totals import compare_totals, usable_total

MOST_FILES = 1_000
CURRENCIES = re.compile(r"\b(?:currency|währung|moneda|moeda|devise|valuta)\s*[:=]?\s*([A-Z]{3})\b", re.IGNORECASE)
WINDOW = re.compile(r"(?:report start|from)\s*[:,]?\s*(.+)|(?:report end|to)\s*[:,]?\s*(.+)", re.IGNORECASE)


class Wishes(NamedTuple):
    """What the user says about files that they do not say themselves."""

    columns: dict[str, str] = {}
    """Own synonyms: column by plain header."""
    kind: str | None = None
    platform: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    month_first: bool | None = None
    currency: str | None = None
    """Only rows in this currency; also the currency where a file names none."""
    audience: float | None = None
    """People whom the ads could reach, where a file does not say."""


class Export(NamedTuple):
    """One table of one file, as understood and judged."""

    source: str
    kind: Kind
    platform: str
    encoding: str
    separator: str | None
    numbers: str
    header: Header
    header_row: int
    currency: str | None
    window: tuple[str | None, str | None]
    rows_read: int
    table: pd.DataFrame
    dropped: pd.DataFrame
    """Rows left out: source, row, what they held, reason."""
    totals_rows: int
    total: dict[str, Any] | None
    """Impressions and deduplicated reach of the totals row."""
    findings: tuple[Finding, ...]


def read_exports(files: Sequence[Path], wishes: Wishes) -> list[Export]:
    """
    Every table of every file.

    Raises
    ------
    InputError
        A file that cannot be read or recognised, figures that cannot be parsed, or spend in several currencies.
    """
    if len(files) > MOST_FILES:
        raise InputError(f"given {len(files):,} files; allowed: at most {MOST_FILES:,} at once")
    if wishes.kind is not None and wishes.kind not in {kind.name for kind in words().kinds}:
        raise unknown("--kind", "kind of export", wishes.kind, (kind.name for kind in words().kinds))
    exports = [export for file in files for export in _read_file(file, wishes)]
    _refuse_mixed_money(exports)
    if sum(len(export.table) for export in exports) > MOST_ROWS:
        raise InputError(f"more than {MOST_ROWS:,} rows in all files together; import them in parts")
    return exports


def _read_file(path: Path, wishes: Wishes) -> list[Export]:
    sheets, left_out = _sheets(path, wishes), []
    found = []
    for sheet in sheets:
        place = _find_header(sheet, wishes)
        if place is None:
            left_out.append(sheet)
        else:
            found.append(_read_sheet(sheet, *place, wishes))
    if not found:
        raise _not_recognised(path, sheets)
    notes = tuple(Finding("sheets", "note", f"sheet '{sheet.name}' is left out: no table of figures that we know") for sheet in left_out)
    return [found[0]._replace(findings=(*notes, *found[0].findings)), *found[1:]]


def _sheets(path: Path, wishes: Wishes) -> list[Sheet]:
    if not path.is_file():
        raise InputError(f"{path}: {'is a folder; give the files in it' if path.is_dir() else 'no such file'}")
    if packing_of(path) == "text":
        return [text_sheet(path, wishes.encoding, lambda cells: len(understand(cells, wishes.columns).places))]
    from simulation.inputs.exports.workbook import workbook_sheets

    return member_sheets(workbook_sheets(path))


def _find_header(sheet: Sheet, wishes: Wishes) -> tuple[int, Header, Kind] | None:
    """The row that names most columns, and the kind that it makes."""
    best: tuple[int, int, Header, Kind] | None = None
    for place, cells in enumerate(sheet.head):
        header = understand(texts(cells), wishes.columns)
        if len(header.places) < 2 or (best and len(header.places) <= best[0]):
            continue
        kind = next(kind for kind in words().kinds if kind.name == wishes.kind) if wishes.kind else recognise(header)
        if kind is not None:
            best = len(header.places), place + 1, header, kind
    return best[1:] if best else None


def _not_recognised(path: Path, sheets: list[Sheet]) -> InputError:
    """Says which headers were nearest to known ones, and what each kind needs."""
    rows = [[cell for cell in map(str.strip, texts(row)) if cell] for sheet in sheets for row in sheet.head]
    widest = max(rows, key=len, default=[])
    known = words().column
    guesses = [f"'{title[:40]}' looks like '{guess}'" for title in widest if plain(title) not in known and (guess := nearest(plain(title), known, 0.75))]
    hint = f" {'; '.join(guesses[:3])}." if guesses else ""
    return InputError(f"{path}: not recognised as an export. Its headers: {', '.join(title[:40] for title in widest[:12]) or 'none'}.{hint} "
                      f"Known kinds: {', '.join(kind.name for kind in words().kinds)}. Name its columns with --columns MAP.yaml, or its kind with --kind")


def _read_sheet(sheet: Sheet, skip: int, header: Header, kind: Kind, wishes: Wishes) -> Export:
    first = next(sheet.read(skip, sorted(set(header.places.values()))), None)
    if first is None:
        raise InputError(f"{sheet.source}: headers in row {skip}, but no rows below them")
    manner = manner_of(sheet, header, kind, first, wishes.decimal, wishes.month_first)
    kind = kind._replace(platform=wishes.platform or kind.platform)
    currency, window = _preamble(sheet, skip, manner.month_leads)
    currency = header.currency or currency or _symbol(first, header) or wishes.currency
    tables, totals, empty = [], [], []
    for piece in pieces(sheet, skip, header, manner):
        tables.append(internal(piece.rows, kind, header, currency, window, sheet.source))
        totals.append(piece.totals)
        empty += piece.empty.tolist()
    table, total_rows = joined(tables), pd.concat(totals)
    if wishes.audience is not None and kind.channel == "paid":
        table["audience_size"] = table["audience_size"].fillna(wishes.audience)
    return _judged(sheet, skip, header, kind, manner.style.words, currency, table, total_rows, empty, manner.notes, wishes)


def _judged(sheet: Sheet, skip: int, header: Header, kind: Kind, numbers: str, currency: str | None, table: pd.DataFrame, totals: pd.DataFrame, empty: list[int],
            notes: tuple[str, ...], wishes: Wishes) -> Export:
    read = len(table) + len(totals) + len(empty)
    findings = [Finding("reading", "note", note) for note in (*sheet.notes, *notes)]
    findings += [Finding("totals row", "warning", text) for text in compare_totals(table, totals)]
    total = usable_total(table, totals)
    table, dropped, found = judge_rows(table)
    findings += found
    if wishes.currency is not None:
        other = ((table["currency"] != wishes.currency) & (table["currency"] != "")).to_numpy()
        if other.any():
            reason = f"not in {wishes.currency}"
            dropped = pd.concat([dropped, table.loc[other, ["source", "row", "entity_id", "impressions", "reach", "spend"]].assign(reason=reason)], ignore_index=True)
            table = table[~other].reset_index(drop=True)
            findings.append(Finding("one currency", "dropped", f"{rows_of(other)} dropped: {reason}", int(other.sum())))
    if empty:
        blank = pd.DataFrame({"source": sheet.source, "row": empty, "entity_id": "", "reason": "no figures"})
        dropped = pd.concat([dropped, blank], ignore_index=True) if len(dropped) else blank
        findings.append(Finding("rows without figures", "dropped", f"{rows_of(len(empty))} dropped: no figure in them", len(empty)))
    findings += [*judge_table(table), *judge_curve(table)]
    table = with_frequency(without_impossible_cells(table))
    used = [code for code in table["currency"].unique().tolist() if code]
    return Export(sheet.source, kind, kind.platform or "", sheet.encoding, sheet.separator, numbers, header, skip, used[0] if len(used) == 1 else currency,
                  _span(table), read, table, dropped, len(totals), total, tuple(findings))


def _span(table: pd.DataFrame) -> tuple[str | None, str | None]:
    """First and last day of a table."""
    days = pd.concat([table["window_start"], table["window_end"]]).dropna()
    return (str(days.min().date()), str(days.max().date())) if len(days) else (None, None)


def _preamble(sheet: Sheet, skip: int, month_leads: bool) -> tuple[str | None, tuple[Any, Any]]:
    """Currency and window in the lines above the headers."""
    currency, start, end = None, None, None
    for cells in sheet.head[: skip - 1]:
        line = " ".join(filter(None, map(str.strip, texts(cells))))
        if found := CURRENCIES.search(line):
            currency = found[1].upper()
        if found := WINDOW.match(line):
            start, end = (_maybe_day(found[1], month_leads) or start), (_maybe_day(found[2], month_leads) or end)
        for mark in (" - ", " – ", " to "):
            left, between, right = line.partition(mark)
            if between and (a := _maybe_day(left, month_leads)) and (b := _maybe_day(right, month_leads)):
                start, end = a, b
    return currency, (pd.Timestamp(start) if start else None, pd.Timestamp(end) if end else None)


def _maybe_day(text: str | None, month_leads: bool) -> Any:
    try:
        return parse_date(re.sub(r"[ ,]+\d{1,2}:\d\d.*$", "", text.strip()), month_leads) if text else None
    except ValueError:
        return None


def _symbol(first: pd.DataFrame, header: Header) -> str | None:
    """Currency of the sign in front of amounts, where it has one meaning."""
    place = header.places.get("spend")
    cells = [] if place is None else [cell for cell in first[place].head(50).tolist() if isinstance(cell, str)]
    signs = {sign: code for sign, code in (("€", "EUR"), ("£", "GBP"), ("₪", "ILS"), ("₹", "INR"), ("R$", "BRL")) if any(sign in cell for cell in cells)}
    return next(iter(signs.values())) if len(signs) == 1 else None


def _refuse_mixed_money(exports: list[Export]) -> None:
    """Money of two currencies does not add up."""
    counts: dict[str, int] = {}
    for export in exports:
        spent = export.table.loc[export.table["spend"].notna(), "currency"]
        for code, rows in spent[spent != ""].value_counts().items():
            counts[str(code)] = counts.get(str(code), 0) + int(rows)
    if len(counts) > 1:
        listed = " and ".join(f"{code} ({rows:,} rows)" for code, rows in sorted(counts.items(), key=lambda pair: -pair[1]))
        most = max(counts, key=lambda code: counts[code])
        raise InputError(f"{', '.join(dict.fromkeys(export.source for export in exports))}: spend is in {listed}; money of several currencies does not add up; "
                         f"keep one with --currency {most}")


