"""The internal table: one row per channel, entity and explicit window, numbers as numbers, days as days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from pandas.api.types import union_categoricals

from simulation.errors import InputError
from simulation.inputs.exports.dates import month_first, parse_dates
from simulation.inputs.exports.headers import AT_LEAST_PREFIX, Header, Kind, value_of
from simulation.inputs.exports.numerals import COMMA, POINT, Style, parse_column, style_of
from simulation.inputs.exports.sheet import Sheet
from simulation.inputs.exports.totals import is_total, says_something

ENTITIES = ("account", "campaign_group", "campaign", "campaign_id", "ad_set", "ad", "creative", "page", "post", "post_link")
SCOPES = {"ad": "ad", "creative": "ad", "ad_set": "ad set", "campaign": "campaign", "campaign_id": "campaign", "campaign_group": "campaign group", "post": "post",
          "post_link": "post", "account": "account", "page": "page"}
"""Whose reach it is, by the finest column that names something."""
LABELS = ("channel", "platform", "kind", "breakdown", "window_kind", "currency", "impression_definition", "engagement_definition", "reach_scope", "source", "header_map")
FIGURES = ("spend", "impressions", "reach", "frequency", "clicks", "engagements", "audience_size", "potential_reach", "reactions", "likes", "comments", "shares", "follows",
           "link_clicks", "unique_clicks", "viral_impressions", "viral_clicks", "new_followers", "followers", "paid_flag", "fan_impressions", "fan_reach", "engaged_users",
           "people")
COLUMNS = ("channel", "platform", "kind", "entity_id", "breakdown", "frequency_level", "window_start", "window_end", "window_kind", "spend", "currency", "impressions",
           "impression_definition", "reach", "reach_scope", "frequency", "clicks", "engagements", "engagement_definition", "audience_size", "potential_reach", *FIGURES[8:],
           "source", "row", "header_map")
"""Columns of the internal table in their order; `at_least_K` come before `source`. Columns that hold nothing are left out when it is written."""
WAYS = ("organic", "sponsored")


class Manner(NamedTuple):
    """How a table writes numbers and dates, and how sure that is."""

    style: Style
    month_leads: bool
    notes: tuple[str, ...]


def manner_of(sheet: Sheet, header: Header, kind: Kind, first: pd.DataFrame, decimal: str | None, month_leads: bool | None) -> Manner:
    """Number style and order of dates, told from the first rows unless given."""
    notes: list[str] = []
    style = {"point": POINT, "comma": COMMA}.get(decimal or "")
    if style is None:
        columns = [(_texts(first[place]), value_of(column) != "money" and value_of(column) != "ratio") for column, place in header.places.items()
                   if value_of(column) not in ("text", "date")]
        style, clash = style_of(columns)
        if clash:
            raise InputError(f"{sheet.source}: numbers contradict each other: '{clash[0]}' has a decimal point, '{clash[1]}' a decimal comma; "
                             "say which with --decimal point or comma")
        if style is None:
            style = COMMA if sheet.separator == "semicolon" and any("," in cell for cells, _ in columns for cell in cells) else POINT
    order = month_leads
    if order is None:
        cells = [cell for column, place in header.places.items() if value_of(column) == "date" for cell in _texts(first[place])]
        order, clash_of_dates = month_first(cells)
        if clash_of_dates:
            raise InputError(f"{sheet.source}: dates contradict each other, some with the month first, some with the day; say which with --dates month or day")
        if order is None:
            order = kind.month_first
            if any("/" in cell or "." in cell for cell in cells):
                notes.append(f"no date says whether day or month comes first; read as {'month' if order else 'day'} first (--dates month or day)")
    return Manner(style, order, tuple(notes))


def _texts(cells: pd.Series[Any]) -> list[str]:
    return [cell for cell in cells.unique().tolist() if isinstance(cell, str) and cell]


class Piece(NamedTuple):
    """A part of the table, as parsed, before anything is judged."""

    rows: pd.DataFrame
    totals: pd.DataFrame
    empty: pd.Index[int]
    """Rows without any figure."""


def pieces(sheet: Sheet, skip: int, header: Header, manner: Manner) -> Iterator[Piece]:
    """The rows below the headers, parsed, totals rows apart."""
    named = False
    for chunk in sheet.read(skip, sorted(set(header.places.values()))):
        chunk = chunk[np.logical_or.reduce([says_something(chunk[column]) for column in chunk.columns])]
        total, named = is_total(chunk, header, ENTITIES, named)
        parsed = _parsed(sheet, chunk, header, manner, total)
        figures = parsed[[column for column in parsed.columns if value_of(column) not in ("text", "date") or column == "frequency_level"]]
        bare = figures.isna().all(axis=1).to_numpy()
        yield Piece(parsed[~total & ~bare], parsed[total & ~bare], parsed.index[bare])


def _parsed(sheet: Sheet, chunk: pd.DataFrame, header: Header, manner: Manner, total: np.ndarray[Any, np.dtype[np.bool_]]) -> pd.DataFrame:
    """Each column as what it is: text, day or number."""
    columns: dict[str, Any] = {}
    for column, place in header.places.items():
        cells, value = chunk[place], value_of(column)
        if value == "text":
            columns[column] = cells.map(_text).astype(str) if cells.dtype == object else cells.str.strip()
            continue
        if value == "date":
            cells = cells.mask(total & np.array([isinstance(cell, str) for cell in cells.tolist()], dtype=bool), None) if total.any() else cells
            columns[column], wrong = parse_dates(cells, manner.month_leads)
        else:
            columns[column], wrong = parse_column(cells, manner.style)
            if value.endswith("count") and wrong is None:
                wrong = _first(np.isfinite(columns[column]) & (columns[column] != np.round(columns[column])))
        if wrong is not None:
            allowed = "a date" if value == "date" else f"a {'whole ' if value.endswith('count') else ''}number, written with a {manner.style.words}"
            raise InputError(f"{sheet.source}:{chunk.index[wrong]}: {header.titles[place]}: given '{str(cells.iat[wrong])[:60]}'; allowed: {allowed} "
                             f"({'--dates month or day' if value == 'date' else '--decimal point or comma'} says how they are written)")
    return pd.DataFrame(columns, index=chunk.index)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _first(mask: np.ndarray[Any, np.dtype[np.bool_]]) -> int | None:
    return int(mask.argmax()) if mask.any() else None


def internal(rows: pd.DataFrame, kind: Kind, header: Header, currency: str | None, window: tuple[Any, Any], source: str) -> pd.DataFrame:
    """Rows as parsed, put into the internal table; a page's organic and sponsored figures become rows of their own."""
    common = _common(rows, kind, header, currency, window, source)
    if "impressions_organic" not in rows:
        kept = [column for column in rows.columns if column in FIGURES or column == "frequency_level" or column.startswith(AT_LEAST_PREFIX)]
        return _ordered(common.assign(**{column: rows[column] for column in kept}))
    parts = []
    for way in WAYS:
        split = {column.removesuffix(f"_{way}"): rows[column] for column in rows.columns if column.endswith(f"_{way}")}
        if split:
            extra = {column: rows[column] for column in ("new_followers", "followers") if column in rows and way == "organic"}
            channel = _once("paid" if way == "sponsored" else "page", len(rows))
            parts.append(common.assign(**split, **extra, channel=channel, reach_scope=_once("page", len(rows))))
    return _ordered(joined(parts))


def _common(rows: pd.DataFrame, kind: Kind, header: Header, currency: str | None, window: tuple[Any, Any], source: str) -> pd.DataFrame:
    """Labels and windows of rows."""
    named = [column for column in ENTITIES if column in rows and (rows[column] != "").any()]
    entity = rows[named[0]] if named else pd.Series("", index=rows.index, dtype=str)
    for column in named[1:]:
        entity = entity + " / " + rows[column]
    post = kind.name == "facebook_page" or (kind.channel in ("page", "member", "programme") and not {"post", "post_link"}.isdisjoint(named))
    start = rows.get("window_start", rows.get("date", window[0]))
    end = rows.get("window_end", window[1] if window[1] is not None and "date" not in rows else None if post else rows.get("date"))
    scope = "post" if post else SCOPES[named[-1]] if named else kind.channel if kind.channel in ("page", "member") else "account"
    spend_currency = rows["currency"].str.upper() if "currency" in rows else currency or ""
    return pd.DataFrame({
        "entity_id": entity, "breakdown": rows.get("breakdown", _once("", len(rows))), "window_start": _day(start), "window_end": _day(end),
        "currency": spend_currency, "row": rows.index,
        **{column: _once(value, len(rows)) for column, value in {
            "channel": kind.channel, "platform": kind.platform or "", "kind": kind.name, "window_kind": "published" if post else "activity",
            "impression_definition": kind.impressions, "engagement_definition": kind.engagements, "reach_scope": scope, "source": source,
            "header_map": "; ".join(f"{column}={title}" for column, title in header.named.items())}.items()},
    }, index=rows.index)


def joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables one below the other, labels still stored once."""
    if len(tables) == 1:
        return tables[0]
    labels = {column: union_categoricals([table[column] for table in tables]) for column in tables[0].columns
              if all(isinstance(table[column].dtype, pd.CategoricalDtype) for table in tables)}
    rest = [table.drop(columns=list(labels)) for table in tables]
    return pd.concat(rest, ignore_index=True).assign(**labels)[list(dict.fromkeys(column for table in tables for column in table.columns))]


def _once(text: str, rows: int) -> Any:
    """A label of all rows, stored once."""
    return pd.Categorical.from_codes(np.zeros(rows, dtype=np.int8), categories=pd.Index([text], dtype=str))


def _day(value: Any) -> Any:
    return pd.NaT if value is None else value


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    """All columns of the internal table in their order, and one figure for what is missing."""
    levels = sorted((column for column in table.columns if column.startswith(AT_LEAST_PREFIX)), key=lambda name: int(name.removeprefix(AT_LEAST_PREFIX)))
    for column in COLUMNS:
        if column not in table:
            table[column] = np.nan if column in FIGURES else _once("", len(table))
    place = COLUMNS.index("source")
    table = table[[*COLUMNS[:place], *levels, *COLUMNS[place:]]].reset_index(drop=True)
    for column in ("window_start", "window_end"):
        table[column] = pd.to_datetime(table[column]).astype("datetime64[s]")
    given = table["engagements"].notna()
    parts = table[["reactions", "likes", "comments", "shares"]]
    sums = parts[["comments", "shares"]].sum(axis=1, min_count=1).add(parts["reactions"].where(parts["reactions"].notna(), parts["likes"]), fill_value=0)
    table["engagements"] = table["engagements"].where(given, sums)
    return table


def with_frequency(table: pd.DataFrame) -> pd.DataFrame:
    """The table with frequency as impressions over reach, where both are known."""
    both = (table["impressions"] > 0) & (table["reach"] > 0)
    return table.assign(frequency=(table["impressions"] / table["reach"]).where(both))
