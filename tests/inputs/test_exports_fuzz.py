"""Whatever a file holds, an import ends in a clear error or a correct table, and in nothing else."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from simulation.errors import InputError
from simulation.inputs.exports import files
from simulation.inputs.exports.numerals import COMMA, POINT, parse_text, style_of
from simulation.inputs.exports.read import Export, Wishes, read_exports

META = ("Reporting starts,Reporting ends,Campaign name,Ad set name,Amount spent (EUR),Impressions,Reach,Frequency\n"
        + "".join(f"2024-01-01,2024-01-31,Käufer {n},Set,\"1,{n:03}.50\",\"{n + 10},000\",{n + 1}000,\n" for n in range(40)))


def attempt(data: bytes, name: str = "x.csv", **wishes: Any) -> list[Export] | None:
    """Tables of some bytes, all of them sound; None after a clear error."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        try:
            exports = read_exports([path], Wishes(**wishes))
        except InputError as error:
            assert name in str(error) or "--encoding" in str(error)
            return None
    for export in exports:
        table = export.table
        assert (table["impressions"].dropna() >= 0).all()
        assert not (table["reach"] > table["impressions"]).any()
        assert export.rows_read >= len(table) / 2
        assert np.isfinite(table["spend"].dropna()).all()
    return exports


def workbook(rows: list[list[Any]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Raw Data Report")
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def changed(data: bytes, part: str, change: Any) -> bytes:
    """A workbook with one part rewritten."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for item in source.infolist():
            content = source.read(item)
            target.writestr(item.filename, change(content) if item.filename == part else content)
    return stream.getvalue()


HEAD = ["Campaign name", "Ad set name", "Reporting starts", "Reporting ends", "Amount spent (USD)", "Impressions", "Reach"]
ROWS = [["A", f"S{n}", "2024-01-01", "2024-01-31", 10.5 + n, 1000 + n, 200 + n] for n in range(5)]
SHEET = "xl/worksheets/sheet1.xml"


@given(st.binary(max_size=3000))
def test_random_bytes_are_no_export(data: bytes) -> None:
    assert attempt(data) is None


@given(st.binary(max_size=300))
def test_random_bytes_after_good_headers(tail: bytes) -> None:
    attempt(META.encode() + tail)


@given(st.integers(0, len(META.encode()) - 1), st.sampled_from(["utf-8", "utf-16", "utf-16-le", "cp1252"]))
def test_a_truncated_text_is_refused_or_read_as_far_as_it_goes(length: int, encoding: str) -> None:
    whole = attempt(META.encode(encoding))
    assert whole is not None
    assert whole[0].table["spend"].tolist() == [1000.5 + n for n in range(40)]
    part = attempt(META.encode(encoding)[:length])
    if part is not None:
        read = max(0, len(part[0].table) - 1)
        assert part[0].table["spend"].tolist()[:read] == whole[0].table["spend"].tolist()[:read]


@given(st.integers(0, len(META.encode()) - 1), st.integers(0, 255))
def test_one_wrong_byte(place: int, byte: int) -> None:
    data = bytearray(META.encode())
    data[place] = byte
    attempt(bytes(data))


@pytest.mark.parametrize("wrong", ["utf-16", "utf-32", "ascii", "cp037"])
def test_a_wrong_encoding_is_refused(wrong: str) -> None:
    assert attempt(META.encode(), encoding=wrong) is None


@given(st.integers(0, 20_000), st.integers(0, 255))
@settings(max_examples=40)
def test_a_damaged_workbook(place: int, byte: int) -> None:
    data = bytearray(workbook([HEAD, *ROWS]))
    data[place % len(data)] = byte
    attempt(bytes(data), "x.xlsx")


@given(st.integers(0, 20_000))
@settings(max_examples=30)
def test_a_truncated_workbook_is_refused(length: int) -> None:
    data = workbook([HEAD, *ROWS])
    assert attempt(data[: length % len(data)], "x.xlsx") is None


@given(st.binary(max_size=200), st.integers(0, 3000))
@settings(max_examples=40)
def test_a_sheet_with_other_xml_inside(junk: bytes, place: int) -> None:
    attempt(changed(workbook([HEAD, *ROWS]), SHEET, lambda xml: xml[: place % len(xml)] + junk + xml[place % len(xml):]), "x.xlsx")


def test_a_formula_is_taken_by_its_cached_value_and_refused_by_its_cell_without_one(tmp_path: Path) -> None:
    data = workbook([HEAD, *ROWS[:2], ["A", "S9", "2024-01-01", "2024-01-31", "=1+1", 1000, 200]])
    path = tmp_path / "formula.xlsx"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"Raw Data Report\]: cell E4 holds a formula without a computed value; formulas are never executed"):
        read_exports([path], Wishes())
    cached = changed(data, SHEET, lambda xml: xml.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>7.5</v>").replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>7.5</v>")
                     .replace(b"<f>1+1</f><v/>", b"<f>1+1</f><v>7.5</v>"))
    path.write_bytes(cached)
    export, = read_exports([path], Wishes())
    assert export.table["spend"].tolist() == [10.5, 11.5, 7.5]


def test_a_formula_outside_the_columns_in_use_does_no_harm() -> None:
    assert attempt(workbook([[*HEAD, "Own"], *([*row, "=2*2"] for row in ROWS)]), "x.xlsx") is not None


def test_zip_bombs_and_entity_bombs_are_refused(tmp_path: Path) -> None:
    data = workbook([HEAD, *ROWS])
    bomb = changed(data, SHEET, lambda xml: xml.replace(b"</sheetData>", b" " * 60_000_000 + b"</sheetData>"))
    assert len(bomb) < 200_000
    (tmp_path / "bomb.xlsx").write_bytes(bomb)
    with pytest.raises(InputError, match="zip bomb"):
        read_exports([tmp_path / "bomb.xlsx"], Wishes())
    entities = b"<!DOCTYPE l [" + b'<!ENTITY a0 "ha">' + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 20) for n in range(1, 12)) + b"]>"
    laughs = changed(data, SHEET, lambda xml: entities + xml.replace(b"<sheetData>", b"<sheetData><row r='1'><c t='inlineStr'><is><t>&a11;</t></is></c></row>"))
    (tmp_path / "laughs.xlsx").write_bytes(laughs)
    with pytest.raises(InputError, match="not a workbook that can be read"):
        read_exports([tmp_path / "laughs.xlsx"], Wishes())


def test_a_workbook_that_unpacks_to_too_much_or_has_too_many_columns_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook([HEAD + [f"c{n}" for n in range(600)], *ROWS]))
    with pytest.raises(InputError, match="more than 500 columns"):
        read_exports([path], Wishes())
    monkeypatch.setattr(files, "MOST_UNPACKED", 1000)
    with pytest.raises(InputError, match="export CSV instead"):
        read_exports([path], Wishes())


def test_a_text_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gzip

    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b"Ad,Impressions,Cost\nA,1000," + b"1" * 6_000_000))
    with pytest.raises(InputError, match="a line of more than 4 million bytes"):
        read_exports([path], Wishes())
    path.write_bytes(gzip.compress(b"Ad,Impressions,Cost\n" + b"A,1000,1\n" * 400_000))
    monkeypatch.setattr(files, "MOST_BYTES", 1_000_000)
    with pytest.raises(InputError, match="split the export by time"):
        read_exports([path], Wishes())


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 99)), min_size=1, max_size=20), st.sampled_from([POINT, COMMA]), st.sampled_from(["", "€ ", "EUR "]),
       st.sampled_from(["thousands", "\u00a0", "\u202f", ""]))
def test_amounts_are_read_in_any_style(amounts: list[tuple[int, int]], style: Any, sign: str, thousands: str) -> None:
    mark = style.thousands if thousands == "thousands" else thousands
    cells = [f"{sign}{whole:,}".replace(",", mark) + f"{style.decimal}{cents:02d}" for whole, cents in amounts]
    assert style_of([(cells, False)]) == (style, None)
    assert [parse_text(cell, style) for cell in cells] == pytest.approx([whole + cents / 100 for whole, cents in amounts])


@given(st.text(max_size=20))
def test_a_cell_is_a_finite_number_or_refused(text: str) -> None:
    for style in (POINT, COMMA):
        try:
            value = parse_text(text, style)
        except ValueError:
            continue
        assert np.isnan(value) or abs(value) <= 1e15


@pytest.mark.parametrize(("text", "value"), [("(1,234.50)", -1234.5), ("\u22125", -5), ("1'234.5", 1234.5), ("12.5%", 12.5), ("1,23,456.00", 123456), ("$ 3", 3), ("1.2E+06", 1.2e6), ("zł 7", 7), ("٣", 3)])
def test_odd_ways_to_write_a_number(text: str, value: float) -> None:
    assert parse_text(text, POINT) == value


@pytest.mark.parametrize("text", ["1,23", "1,2345", "12,34,5", "1.2.3", "0x10", "1_000", "1e400", "#REF!", "=1+1", "True"])
def test_what_looks_like_a_number_but_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the parser of cells says no more
        parse_text(text, POINT)


def test_a_million_rows_of_text(tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    block = "".join(f"Campaign {n % 7},Ad {n},2024-01-{n % 28 + 1:02d},\"{n % 9 + 1},000.50\",{n + 100},{n % 100}\n" for n in range(10_000))
    path.write_text("Campaign name,Ad name,Day,Amount spent (USD),Impressions,Link clicks\n" + block * 100 + "Total,,,5,1,\n", encoding="utf-8")
    export, = read_exports([path], Wishes(kind="meta_ads"))
    assert (export.rows_read, len(export.table), export.totals_rows) == (1_000_001, 1_000_000, 1)
    assert export.table["impressions"].sum() == 100 * sum(range(100, 10_100))
    assert export.table["row"].iloc[-1] == 1_000_001
    assert sum(export.table.memory_usage(deep=True)) < 700e6


def test_a_hundred_thousand_rows_of_a_spreadsheet(tmp_path: Path) -> None:
    path = tmp_path / "big.xlsx"
    path.write_bytes(workbook([["Ad name", "Impressions", "Amount spent (USD)"], *([f"Ad {n}", n + 1, 0.5] for n in range(100_000))]))
    export, = read_exports([path], Wishes())
    assert len(export.table) == 100_000
    assert export.table["impressions"].sum() == 100_000 * 100_001 / 2
    assert export.table["row"].iloc[-1] == 100_001
