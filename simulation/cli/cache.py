"""`advocacy cache`: see and clear what is kept on this machine; all of it can be made again."""

from __future__ import annotations

import datetime
import json
import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

if TYPE_CHECKING:
    from simulation.society.store import KeptSociety

cache = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="See and clear the societies and the compiled code that are kept on this machine.")

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
SocietiesOption = Annotated[bool, typer.Option("--societies", help="Remove societies only.")]
CodeOption = Annotated[bool, typer.Option("--code", help="Remove compiled code only.")]

CODE, SOCIETY = "code", "society"
CODE_NAME = re.compile(r"([0-9a-f]{24})-[0-9a-f]{12}")
"""Folders of compiled code are named after the sources and the machine."""


class Row(NamedTuple):
    """One folder that is kept; times in seconds since 1970."""

    kind: str
    name: str
    what: str
    bytes: int
    made: float
    used: float | None
    current: bool


@cache.command()
def show(as_json: JsonOption = False) -> None:
    """Print what is kept, how large it is and when it was used."""
    from simulation.keeping import cache_folder
    from simulation.society.store import LIMIT_GB, limit_bytes

    rows, limit = [*_codes(), *map(_row, _societies())], limit_bytes()
    totals = {kind: sum(row.bytes for row in rows if row.kind == kind) for kind in (SOCIETY, CODE)}
    if as_json:
        kept = [{**row._asdict(), "made": _date(row.made), "used": None if row.used is None else _date(row.used)} for row in rows]
        _print_json({"folder": str(cache_folder()), "total_bytes": sum(totals.values()), "society_bytes": totals[SOCIETY], "code_bytes": totals[CODE],
                     "society_limit_bytes": limit, "kept": kept})
        return
    if rows:
        _print_table(rows)
    typer.echo(f"total {_size(sum(totals.values()))}: societies {_size(totals[SOCIETY])} of at most {_size(limit)} ($ADVOCACY_CACHE_GB; left out: {LIMIT_GB:g}), "
               f"compiled code {_size(totals[CODE])}\nin {cache_folder()} ($ADVOCACY_CACHE); 'advocacy cache clear' removes it, all can be made again")


@cache.command()
def clear(societies: SocietiesOption = False, code: CodeOption = False, as_json: JsonOption = False) -> None:
    """Remove what is kept, all of it or one kind; the next run makes again what it needs."""
    from simulation.keeping import cache_folder

    both = societies == code
    removed = {SOCIETY: _clear_societies() if societies or both else [], CODE: _clear_code() if code or both else []}
    freed = {kind: sum(size for size, gone in each if gone) for kind, each in removed.items()}
    counts = {kind: sum(gone for _, gone in each) for kind, each in removed.items()}
    left = sum(not gone for each in removed.values() for _, gone in each)
    if as_json:
        _print_json({"folder": str(cache_folder()), "freed_bytes": sum(freed.values()), "societies": counts[SOCIETY], "codes": counts[CODE], "not_removed": left})
    else:
        typer.echo(f"freed {_size(sum(freed.values()))} in {cache_folder()}: {_count(counts[SOCIETY], 'society', 'societies')} ({_size(freed[SOCIETY])}), "
                   f"{_count(counts[CODE], 'folder', 'folders')} of compiled code ({_size(freed[CODE])})" + (f"; {left} could not be removed" if left else ""))


def _societies() -> list[KeptSociety]:
    """All societies, the latest used first."""
    from simulation.society.store import societies

    return societies()[::-1]


def _row(kept: KeptSociety) -> Row:
    return Row(SOCIETY, kept.folder.name[:12], kept.what, kept.bytes, kept.made, kept.used, kept.current)


def _codes() -> list[Row]:
    """All folders of compiled code, the current first, then the latest."""
    from simulation.keeping import digest_of_sources

    sources, rows = digest_of_sources(), []
    for folder in _code_folders():
        with suppress(OSError):
            current = folder.name.startswith(sources)
            rows.append(Row(CODE, folder.name[:12], f"compiled code of {'these' if current else 'other'} sources", _bytes(folder), folder.stat().st_mtime, None, current))
    return sorted(rows, key=lambda row: (not row.current, -row.made, row.name))


def _code_folders() -> list[Path]:
    """Folders of compiled code. Their place is told again here, since `simulation.compiling` takes a second to import."""
    from simulation.keeping import cache_folder

    try:
        return [path for path in (cache_folder() / "compiled").iterdir() if CODE_NAME.fullmatch(path.name)]
    except OSError:
        return []


def _clear_societies() -> list[tuple[int, bool]]:
    """Remove all societies; size of each, and whether it has gone."""
    from simulation.society.store import remove

    return [(kept.bytes, remove(kept.folder)) for kept in _societies()]


def _clear_code() -> list[tuple[int, bool]]:
    """Remove all compiled code; size of each folder, and whether it has gone."""
    removed = []
    for folder in _code_folders():
        size = _bytes(folder)
        shutil.rmtree(folder, ignore_errors=True)
        removed.append((size, not folder.exists()))
    return removed


def _bytes(folder: Path) -> int:
    """Bytes of all files below a folder."""
    size = 0
    for path in folder.rglob("*"):
        with suppress(OSError):
            size += path.stat().st_size if path.is_file() else 0
    return size


def _print_table(rows: list[Row]) -> None:
    """Columns as wide as their widest cell."""
    titles = ("kind", "name", "size", "made", "last used", "of this code", "what")
    cells = [titles, *((row.kind, row.name, _size(row.bytes), _ago(row.made), "" if row.used is None else _ago(row.used), "yes" if row.current else "no", row.what)
                       for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        typer.echo("  ".join(cell.rjust(width) if place == titles.index("size") else cell.ljust(width)
                             for place, (cell, width) in enumerate(zip(line, widths, strict=True))).rstrip())


def _size(number: float) -> str:
    """Bytes in the unit that suits them: 512 B, 3.4 kB, 180 MB, 4 GB."""
    for unit in ("B", "kB", "MB"):
        if number < 999.5:
            return f"{number:.3g} {unit}"
        number /= 1000.0
    return f"{number:,.3g} GB" if number < 999.5 else f"{number:,.0f} GB"


def _ago(moment: float) -> str:
    """How long ago a moment was, in the largest unit that fits."""
    seconds = max(0.0, datetime.datetime.now(datetime.UTC).timestamp() - moment)
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit} ago"
    return f"{seconds:.0f} s ago"


def _date(moment: float) -> str:
    """A moment as ISO 8601 in UTC."""
    return datetime.datetime.fromtimestamp(moment, datetime.UTC).isoformat(timespec="seconds")


def _count(number: int, one: str, more: str) -> str:
    return f"{number:,} {one if number == 1 else more}"


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
