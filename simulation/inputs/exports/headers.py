"""What a header means: synonyms in several languages, a currency in brackets, columns of reach at k or more."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from simulation.errors import InputError, unknown
from simulation.inputs.yaml_text import read_mapping

SYNONYMS = Path(__file__).with_name("synonyms.toml")
CURRENCY = re.compile(r"[(\[]([A-Z]{3})[)\]]\s*$")
TIME_ZONE = re.compile(r"\s*\(in utc\)")
AT_LEAST = re.compile(r"^(?:reach |people |users |r)?\(?(\d{1,3})\s*\+\)?(?: (?:reach|frequency|people|users|on target reach))?$")
AT_LEAST_PREFIX = "at_least_"


class Kind(NamedTuple):
    """A kind of export: how it is recognised and what its figures mean."""

    name: str
    title: str
    channel: str
    needs: tuple[tuple[str, ...], ...]
    """Of each group one column at least."""
    marks: tuple[str, ...]
    least: int
    """Marks that must be there."""
    impressions: str
    engagements: str
    platform: str | None = None
    month_first: bool = False


class Words(NamedTuple):
    """The synonym table."""

    column: dict[str, str]
    """Column by plain header."""
    value: dict[str, str]
    """Kind of value by column: count, signed count, money, ratio, date or text."""
    totals: tuple[str, ...]
    kinds: tuple[Kind, ...]


class Header(NamedTuple):
    """A row of headers as understood: where each column is."""

    places: dict[str, int]
    """Place by column; columns `at_least_K` hold reach at K or more impressions."""
    titles: tuple[str, ...]
    """Headers as written."""
    currency: str | None
    """Currency in the header of the spend."""

    @property
    def named(self) -> dict[str, str]:
        """Header as written by column."""
        return {column: self.titles[place] for column, place in self.places.items()}

    @property
    def unused(self) -> tuple[str, ...]:
        """Headers that mean nothing to us."""
        used = set(self.places.values())
        return tuple(title for place, title in enumerate(self.titles) if title.strip() and place not in used)


def plain(title: str) -> str:
    """A header without case, accents, dots, underscores, time zone and currency."""
    text = CURRENCY.sub("", title.strip().strip("\ufeff").replace("_", " "))
    text = unicodedata.normalize("NFKD", text.casefold())
    text = "".join(mark for mark in text if not unicodedata.combining(mark))
    return TIME_ZONE.sub("", re.sub(r"\s+", " ", re.sub(r"[.:*]", "", text))).strip()


@lru_cache(maxsize=1)
def words() -> Words:
    """The shipped synonym table."""
    table = tomllib.loads(SYNONYMS.read_text(encoding="utf-8"))
    columns = {plain(name): column for column, entry in table["columns"].items() for name in entry["names"]}
    kinds = tuple(Kind(**{**kind, "needs": tuple(map(tuple, kind["needs"])), "marks": tuple(kind["marks"])}) for kind in table["kinds"])
    return Words(columns, {column: entry["value"] for column, entry in table["columns"].items()}, tuple(map(plain, table["totals"])), kinds)


def value_of(column: str) -> str:
    """Kind of value of a column: count, signed count, money, ratio, date or text."""
    return "count" if column.startswith(AT_LEAST_PREFIX) else words().value[column]


def read_column_map(path: Path) -> dict[str, str]:
    """
    A user's own synonyms: `column: header` or `column: [header, ...]` in YAML.

    Raises
    ------
    InputError
        Not YAML, an unknown column, or a header that is no text.
    """
    mapping, origins = read_mapping(path)
    own: dict[str, str] = {}
    for column, given in mapping.items():
        place = f"{path}:{origins[(column,)][1]}" if (column,) in origins else str(path)
        if column not in words().value:
            raise unknown(place, "column", column, words().value)
        for title in given if isinstance(given, list) else [given]:
            if not isinstance(title, str) or not plain(title):
                raise InputError(f"{place}: {column}: given {title!r}; allowed: the header as it stands in the file, or a list of headers")
            own[plain(title)] = column
    return own


def understand(cells: Sequence[str], own: dict[str, str]) -> Header:
    """What each cell of a header row stands for; the first of two cells with the same meaning counts, a user's own words go first."""
    places: dict[str, int] = {}
    currency = None
    for place, cell in enumerate(cells):
        title = plain(cell)
        column = own.get(title) or words().column.get(title) or _at_least(title)
        if column is None or (column in places and title not in own):
            continue
        places[column] = place
        if column == "spend" and (found := CURRENCY.search(cell)):
            currency = found.group(1)
    return Header(places, tuple(cell.strip() for cell in cells), currency)


def _at_least(title: str) -> str | None:
    found = AT_LEAST.match(title)
    return f"{AT_LEAST_PREFIX}{int(found.group(1))}" if found and int(found.group(1)) else None


def recognise(header: Header) -> Kind | None:
    """The kind whose marks are there most, the first listed on a draw; None where no kind has all that it needs."""
    titles = {plain(title) for title in header.titles}
    columns = set(header.places) | ({"at_least"} if any(column.startswith(AT_LEAST_PREFIX) for column in header.places) else set())
    found: list[tuple[int, Kind]] = []
    for kind in words().kinds:
        marks = sum(mark[1:] in {plain(mark[1:])} & titles if mark.startswith("=") else mark in columns for mark in kind.marks)
        if marks >= kind.least and all(columns & set(group) for group in kind.needs):
            found.append((marks, kind))
    return max(found, key=lambda pair: pair[0])[1] if found else None
