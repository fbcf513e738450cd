"""LinkedIn's export of one member's analytics: five sheets, two of them no plain tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from simulation.inputs.exports.headers import plain
from simulation.inputs.exports.sheet import HEAD_ROWS, Sheet, texts

MEMBER_SHEETS = {"discovery", "engagement", "top posts", "followers", "demographics"}
RANGE = re.compile(r"(\S+)\s+-\s+(\S+)")
TOTAL_FOLLOWERS = re.compile(r"total followers on (\S+?):?$")
MOST_SMALL_ROWS = 20_000
"""Rows of a member's sheet: days of a year, fifty posts."""


def member_sheets(sheets: list[Sheet]) -> list[Sheet]:
    """The sheets as plain tables: totals, posts and days; sheets of another workbook as they are."""
    named = {plain(sheet.name): sheet for sheet in sheets}
    if len(MEMBER_SHEETS & set(named)) < 2:
        return sheets
    followers = _cells(named["followers"]) if "followers" in named else []
    tables = [*_totals(named["discovery"], followers)] if "discovery" in named else []
    if "top posts" in named:
        tables += _posts(named["top posts"])
    if "engagement" in named:
        tables += _days(named["engagement"], followers)
    rest = [sheet for name, sheet in named.items() if name not in MEMBER_SHEETS or name == "demographics"]
    return [*tables, *rest]


def _cells(sheet: Sheet) -> list[list[Any]]:
    """All rows of a small sheet."""
    width = max(map(len, sheet.head), default=0)
    rows: list[list[Any]] = []
    for chunk in sheet.read(0, list(range(width))):
        rows += chunk.to_numpy(dtype=object).tolist()
        if len(rows) > MOST_SMALL_ROWS:
            break
    return rows[:MOST_SMALL_ROWS]


def _table(sheet: Sheet, titles: Sequence[str], rows: list[list[Any]]) -> Sheet:
    """A plain table in memory; its rows are numbered in it, not in the file."""
    def read(skip: int, places: Sequence[int]) -> Iterator[pd.DataFrame]:
        body = rows[max(0, skip - 1):]
        if body:
            yield pd.DataFrame([[row[place] for place in places] for row in body], columns=list(places), index=range(skip + 1, skip + 1 + len(body)), dtype=object)

    return sheet._replace(head=[list(titles), *rows][:HEAD_ROWS], read=read)


def _totals(sheet: Sheet, followers: list[list[Any]]) -> Iterator[Sheet]:
    """DISCOVERY: a range of days, impressions and members reached, one below the other."""
    values: dict[str, Any] = {}
    for cells in _cells(sheet):
        row = [cell for cell in cells if cell is not None]
        for cell in row:
            if found := RANGE.fullmatch(str(cell).strip()):
                values["from"], values["to"] = found[1], found[2]
        if len(row) >= 2 and plain(str(row[0])) in ("impressions", "members reached"):
            values[plain(str(row[0]))] = row[1]
    for cells in followers:
        row = [cell for cell in cells if cell is not None]
        if len(row) >= 2 and TOTAL_FOLLOWERS.match(plain(str(row[0])).replace("/", "-")):
            values["total followers"] = row[1]
    if "impressions" in values:
        titles = ("from", "to", "impressions", "members reached", "total followers at end")
        row = [values.get(key) for key in ("from", "to", "impressions", "members reached", "total followers")]
        yield _table(sheet, titles, [row])


def _posts(sheet: Sheet) -> Iterator[Sheet]:
    """TOP POSTS: two tables side by side, posts by engagements and posts by impressions."""
    rows = _cells(sheet)
    start = next((place for place, row in enumerate(rows) if sum(plain(cell) == "post url" for cell in texts(row)) >= 1), None)
    if start is None:
        return
    titles = [plain(cell) for cell in texts(rows[start])]
    posts: dict[str, dict[str, Any]] = {}
    for first in (place for place, title in enumerate(titles) if title == "post url"):
        last = next((place for place in range(first + 1, len(titles)) if titles[place] in ("post url", "")), len(titles))
        for row in rows[start + 1:]:
            if row[first] is not None and str(row[first]).strip():
                posts.setdefault(str(row[first]), {}).update(zip(titles[first + 1:last], row[first + 1:last], strict=True))
    columns = ("post publish date", "engagements", "impressions")
    if posts:
        yield _table(sheet, ("Post URL", "Post publish date", "Engagements", "Impressions"), [[url, *(post.get(column) for column in columns)] for url, post in posts.items()])


def _days(sheet: Sheet, followers: list[list[Any]]) -> Iterator[Sheet]:
    """ENGAGEMENT by day, with the new followers of the sheet FOLLOWERS beside it."""
    rows = _cells(sheet)
    start = next((place for place, row in enumerate(rows) if {"date", "impressions"} <= {plain(cell) for cell in texts(row)}), None)
    if start is None:
        return
    titles = [plain(cell) for cell in texts(rows[start])]
    day, impressions, engagements = (titles.index(name) if name in titles else None for name in ("date", "impressions", "engagements"))
    new = {str(row[0]): row[1] for row in followers if len(row) >= 2}
    table = [[row[day], row[impressions], None if engagements is None else row[engagements], new.get(str(row[day]))] for row in rows[start + 1:]  # type: ignore[index]
             if row[day] is not None]  # type: ignore[index]
    if table:
        yield _table(sheet, ("Date", "Impressions", "Engagements", "New followers"), table)
