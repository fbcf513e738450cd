"""The results folder: every file written whole or not at all, an old folder replaced only if it is ours."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

MARK, CHARTS_MARK = "provenance.json", "charts.json"
"""What says that a folder is ours: results, and charts drawn from them."""
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def write_folder(folder: Path, fill: Callable[[Path], None], option: str = "--out", what: str = "results", mark: str = MARK) -> None:
    """
    Fill a folder beside its place, then put it there; a killed run leaves the old folder or the new one.

    Raises
    ------
    InputError
        The place holds something that is not a result of ours.
    """
    check_place(folder, option, what, mark)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh, old = (folder.parent / f".{folder.name}.{part}-{os.getpid()}" for part in ("new", "old"))
    _sweep(folder)
    fresh.mkdir()
    try:
        fill(fresh)
        if folder.exists():
            folder.rename(old)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def check_place(folder: Path, option: str = "--out", what: str = "results", mark: str = MARK) -> None:
    """Refuse a place that holds something else: a file, or a folder without our mark."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{option}: '{folder}' is a file; allowed: a new folder, or one with earlier {what}")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / mark).is_file():
        raise InputError(f"{option}: '{folder}' holds files that are not {what} ({mark} is missing); allowed: a new folder, or one with earlier {what}")
    parent = next(path for path in (folder.parent, *folder.parent.parents) if path.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise InputError(f"{option}: '{parent}' cannot be written to; allowed: a place of your own")


def check_page(file: Path, example: str = "page.md", option: str = "--to") -> None:
    """Refuse a place where no file can be written; missing folders above it are made. Raises `InputError`."""
    if file.is_dir():
        raise InputError(f"{option}: given {file}, which is a folder; allowed: a file, such as {file / example}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{option}: {file.parent} cannot be made ({(error.strerror or str(error)).lower()})") from None
    if not os.access(file.parent, os.W_OK) or (file.exists() and not os.access(file, os.W_OK)):
        raise InputError(f"{option}: {file} cannot be written to; allowed: a place of your own")


def write_text(path: Path, text: str) -> None:
    """Write a file through a temporary name, so that it is never half there."""
    partial = path.with_name(f".{path.name}.partial")
    partial.write_text(text, encoding="utf-8", newline="\n")
    os.replace(partial, path)


def write_bytes(path: Path, contents: bytes) -> None:
    """Write a file through a temporary name, on the disk before it has its own, so that neither a killed process nor a power cut leaves half of it."""
    partial = path.with_name(f".{path.name}.partial")
    with partial.open("wb") as file:
        file.write(contents)
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)


def write_json(path: Path, value: Any) -> None:
    """Write JSON, keys in their order; NaN and Infinity are refused."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """The mapping in a JSON file; an empty one where there is none, or the file is damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_parquet(path: Path, frame: pd.DataFrame) -> None:
    """Write a table as Parquet, without anything that depends on when or where."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
    partial = path.with_name(f".{path.name}.partial")
    pq.write_table(table, partial, compression="zstd")
    os.replace(partial, path)


def write_csv(path: Path, frame: pd.DataFrame) -> None:
    """Write a table as CSV; empty cells where a figure is undefined, and no text that a spreadsheet would take for a formula."""
    from pandas.api.types import is_numeric_dtype

    harmless = {column: _harmless(frame[column]) for column in frame.columns if not is_numeric_dtype(frame[column])}
    write_text(path, frame.assign(**harmless).to_csv(index=False, lineterminator="\n"))


def _harmless(cells: pd.Series[Any]) -> pd.Series[Any]:
    """
    Texts with an apostrophe before anything that opens a formula: = + - @, also in their wide forms, and tab or line end.

    A bare carriage return becomes a line end, as only that makes the writer quote the cell.
    """
    texts = (cell for cell in cells.unique().tolist() if isinstance(cell, str) and (cell.startswith(FORMULA_MARKS) or "\r" in cell))
    known = {cell: ("'" if cell.startswith(FORMULA_MARKS) else "") + cell.replace("\r\n", "\n").replace("\r", "\n") for cell in texts}
    return cells.map(lambda cell: known.get(cell, cell) if isinstance(cell, str) else cell) if known else cells


def _sweep(folder: Path) -> None:
    """Remove what a killed run left beside the folder; bring back the old results if it died between two renames."""
    leftovers = sorted(folder.parent.glob(f".{folder.name}.old-*"))
    if leftovers and not folder.exists():
        leftovers.pop().rename(folder)
    for path in (*leftovers, *folder.parent.glob(f".{folder.name}.new-*")):
        shutil.rmtree(path, ignore_errors=True)
