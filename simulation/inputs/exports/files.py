"""What a file is by its bytes, whatever it is called; nothing too big is opened, nothing in it is executed."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
import zlib
from pathlib import Path
from typing import IO, Any, Literal

from simulation.errors import InputError

MOST_BYTES = 2_000_000_000
"""Text in one file, unpacked."""
LONGEST_LINE = 4_000_000
"""Bytes between two line ends."""
MOST_UNPACKED = 1_000_000_000
"""Bytes of a workbook, unpacked."""
MOST_SQUEEZED = 150
"""Unpacked bytes of one part of a workbook for each packed one; real sheets stay below 50."""
SMALL_PART = 20_000_000
"""Below it, a part may be squeezed at will."""
BLOCK = 1 << 20

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile)

Packing = Literal["text", "workbook"]


def packing_of(path: Path) -> Packing:
    """
    Whether a file is delimited text (perhaps gzipped) or a workbook.

    Raises
    ------
    InputError
        It is neither, is empty or cannot be read; the message says what to do.
    """
    start = _start(path)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "workbook"
    refused = {b"\xd0\xcf\x11\xe0": "an old Excel file (XLS); open it and save it as XLSX or CSV", b"%PDF": "a PDF; export CSV or XLSX instead",
               b"7z\xbc\xaf": "a 7z archive; unpack it first", b"Rar!": "a RAR archive; unpack it first"}
    for mark, what in refused.items():
        if start.startswith(mark):
            raise InputError(f"{path}: {what}")
    if start.lstrip()[:1] in (b"<", b"{") or start.lstrip()[:5].lower() in (b"<html", b"<?xml"):
        raise InputError(f"{path}: starts like HTML, XML or JSON, not like a table; allowed: CSV, TSV or XLSX")
    return "text"


def encoding_of(path: Path) -> tuple[str, bool]:
    """Encoding of a text, and whether that is a guess; by byte order mark, by zero bytes, else UTF-8 if the whole file is, else Windows-1252."""
    start = _start(path)
    for mark, encoding in MARKS:
        if start.startswith(mark):
            return encoding, False
    odd, even = start[1::2].count(0), start[0::2].count(0)
    if odd > 0.4 * len(start[1::2]) and not even:
        return "utf-16-le", False
    if even > 0.4 * len(start[0::2]) and not odd:
        return "utf-16-be", False
    if b"\0" in start or sum(byte < 32 and byte not in (9, 10, 13) for byte in start) > 0.01 * len(start):
        raise InputError(f"{path}: not a text: it holds bytes that no table holds; allowed: CSV, TSV or XLSX")
    return ("utf-8", False) if _is_utf8(path) else ("cp1252", True)


def open_bytes(path: Path) -> IO[bytes]:
    """Bytes of a text, unpacked if gzipped, never more than are allowed."""
    return io.BufferedReader(_Bounded(path), BLOCK)


class _Bounded(io.RawIOBase):
    """Reads a file and stops with a clear error where it, or a line of it, grows too long."""

    def __init__(self, path: Path) -> None:
        self._path, self._bytes, self._line = path, 0, 0
        with path.open("rb") as file:
            packed = file.read(2) == b"\x1f\x8b"
        self._source: Any = gzip.open(path) if packed else path.open("rb")  # noqa: SIM115 - closed by close

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        block = self._source.read(len(buffer))
        buffer[:len(block)] = block
        self._bytes += len(block)
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        self._line = self._line + len(block) if last < 0 else len(block) - last
        if self._bytes > MOST_BYTES:
            raise InputError(f"{self._path}: more than {MOST_BYTES / 1e9:.0f} GB of text; allowed: less; split the export by time")
        if self._line > LONGEST_LINE:
            raise InputError(f"{self._path}: a line of more than {LONGEST_LINE / 1e6:.0f} million bytes; this is no table")
        return len(block)

    def close(self) -> None:
        if not self.closed:
            self._source.close()
        super().close()


def check_workbook(path: Path) -> zipfile.ZipFile:
    """
    A workbook's archive, opened.

    Raises
    ------
    InputError
        It is no XLSX, is encrypted, or would unpack to more than is allowed.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (*BROKEN, ValueError, NotImplementedError) as error:
        raise InputError(f"{path}: a broken workbook or archive ({str(error) or type(error).__name__}); export it again") from None
    parts = archive.infolist()
    if not any(part.filename == "[Content_Types].xml" for part in parts):
        raise InputError(f"{path}: an archive, but no XLSX workbook; unpack it and give the files in it")
    if any(part.flag_bits & 1 for part in parts):
        raise InputError(f"{path}: a protected workbook; save it without a password")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED or len(parts) > 10_000:
        raise InputError(f"{path}: unpacks to {unpacked / 1e9:,.1f} GB in {len(parts):,} parts; allowed: at most {MOST_UNPACKED / 1e9:.0f} GB; export CSV instead")
    for part in parts:
        if part.file_size > SMALL_PART and part.file_size > MOST_SQUEEZED * max(1, part.compress_size):
            times = part.file_size / max(1, part.compress_size)
            raise InputError(f"{path}: '{part.filename}' unpacks to {times:,.0f} times its size, as a zip bomb does; export it again, or as CSV")
    return archive


def _start(path: Path) -> bytes:
    """The first bytes of a file, unpacked if gzipped."""
    try:
        with path.open("rb") as file:
            start = file.read(8192)
        if start.startswith(b"\x1f\x8b"):
            with gzip.open(path) as file:
                start = file.read(8192)
    except BROKEN as error:
        text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"{path}: cannot be read ({text.lower()})") from None
    if not start.strip():
        raise InputError(f"{path}: the file is empty")
    return start


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with open_bytes(path) as file:
            while block := file.read(BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    except BROKEN as error:
        raise InputError(f"{path}: cannot be read ({error})") from None
    return True
