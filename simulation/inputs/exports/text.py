"""Delimited text: any encoding, separator and line end, preambles, gzip; read in chunks."""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from simulation.errors import InputError
from simulation.inputs.exports.files import BROKEN, encoding_of, open_bytes
from simulation.inputs.exports.sheet import CHUNK_ROWS, HEAD_ROWS, MOST_COLUMNS, MOST_ROWS, Sheet

SEPARATORS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}


def text_sheet(path: Path, encoding: str | None, score: Callable[[Sequence[str]], int]) -> Sheet:
    """
    The table in a text.

    Parameters
    ----------
    encoding : the user's own; None tells it from the bytes
    score : how many of some cells are known headers; the separator that makes most of them wins

    Raises
    ------
    InputError
        The text cannot be decoded or cut into rows.
    """
    guessed = False
    if encoding is None:
        encoding, guessed = encoding_of(path)
    heads = {mark: _head(path, encoding, mark) for mark in SEPARATORS}
    separator = max(heads, key=lambda mark: (max(map(score, heads[mark]), default=0), _columns(heads[mark])))
    if _columns(heads[separator]) > MOST_COLUMNS:
        raise InputError(f"{path}: more than {MOST_COLUMNS} columns; this is no export of ads or posts")
    notes = (f"{path.name}: not UTF-8; read as Windows-1252. If names look wrong, give --encoding",) if guessed else ()

    def read(skip: int, places: Sequence[int]) -> Iterator[pd.DataFrame]:
        head = heads[separator]
        return _chunks(path, encoding, separator, skip, places, _columns(head), len(head[skip - 1]) if skip else _columns(head))

    return Sheet(str(path), "", [list(row) for row in heads[separator]], read, encoding, SEPARATORS[separator], notes)


def _columns(rows: list[list[str]]) -> int:
    return max(map(len, rows), default=0)


def _open(path: Path, encoding: str) -> io.TextIOWrapper:
    try:
        return io.TextIOWrapper(open_bytes(path), encoding=encoding)
    except LookupError:
        raise InputError(f"--encoding: given '{encoding}'; allowed: the name of an encoding, such as utf-8, utf-16, cp1252, latin-1") from None


def _head(path: Path, encoding: str, separator: str) -> list[list[str]]:
    with _open(path, encoding) as file, _Clear(path, encoding):
        return list(islice(csv.reader(file, delimiter=separator), HEAD_ROWS))


def _chunks(path: Path, encoding: str, separator: str, skip: int, places: Sequence[int], columns: int, titles: int) -> Iterator[pd.DataFrame]:
    """Rows below the headers, cells as text."""
    rows = skip
    with _open(path, encoding) as file, _Clear(path, encoding, skip), warnings.catch_warnings():
        warnings.simplefilter("error", pd.errors.ParserWarning)
        for _ in islice(csv.reader(file, delimiter=separator), skip):
            pass
        try:
            reader = pd.read_csv(file, sep=separator, header=None, names=list(range(columns)), index_col=False, dtype=str, na_filter=False,
                                 skip_blank_lines=False, chunksize=CHUNK_ROWS)
        except pd.errors.EmptyDataError:
            return
        for chunk in reader:
            if rows + len(chunk) > MOST_ROWS:
                raise InputError(f"{path}: more than {MOST_ROWS:,} rows; allowed: fewer; split the export by time")
            chunk.index = pd.RangeIndex(rows + 1, rows + len(chunk) + 1)
            _refuse_overflow(path, chunk, titles)
            rows += len(chunk)
            if len(chunk):
                yield chunk[list(places)]


def _refuse_overflow(path: Path, chunk: pd.DataFrame, titles: int) -> None:
    """Cells to the right of the last header are a row cut wrongly, as by a decimal comma without quotes."""
    beyond = (chunk.iloc[:, titles:] != "").any(axis=1).to_numpy()
    if beyond.any():
        raise InputError(f"{path}:{chunk.index[int(beyond.argmax())]}: more cells than the {titles} headers; a cell that holds the separator must stand in quotes")


class _Clear:
    """Turns what decoding and cutting into rows raise into errors that name the file."""

    def __init__(self, path: Path, encoding: str, skipped: int = 0) -> None:
        self._path, self._encoding, self._skipped = path, encoding, skipped

    def __enter__(self) -> None: ...

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, UnicodeError):
            raise InputError(f"{self._path}: not a text in {self._encoding.upper()} ({getattr(error, 'reason', error)}); give another one with --encoding") from None
        if isinstance(error, csv.Error | pd.errors.ParserError | pd.errors.ParserWarning):
            raise InputError(f"{self._path}: cannot be cut into rows: {self._said(str(error))}") from None
        if isinstance(error, BROKEN):
            raise InputError(f"{self._path}: cannot be read ({error})") from None

    def _said(self, text: str) -> str:
        """The parser's words with the row as it is in the file."""
        text = text.replace("Error tokenizing data. C error: ", "").strip()
        text = re.sub(r"(?<=line )\d+", lambda found: str(int(found[0]) + self._skipped), text)
        return re.sub(r"(?<=starting at row )\d+", lambda found: str(int(found[0]) + self._skipped + 1), text)
