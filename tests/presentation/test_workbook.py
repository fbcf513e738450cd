"""The workbook: sheets, numbers as numbers, text as text, and nothing that Excel would have to mend."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openxml_audit import OpenXmlValidator

from simulation.presentation.exports import workbook
from simulation.presentation.result import Comparison, Result
from simulation.presentation.stored import StoredComparison, StoredResult

SHEETS = ["Summary", "Channels", "Daily", "Frequency", "Scenario", "About"]


@pytest.fixture(scope="module")
def made(compared: tuple[Result, StoredResult]) -> bytes:
    return workbook(compared[1])


@pytest.fixture(scope="module")
def book(made: bytes) -> Workbook:
    return load_workbook(io.BytesIO(made))


def rows(book: Workbook, name: str) -> list[dict[str, object]]:
    """Rows of a sheet that is one table, by the names in its header."""
    header, *below = book[name].iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in below]


def test_sheets_stand_in_order_with_frozen_headers_and_filters(book: Workbook) -> None:
    assert book.sheetnames == SHEETS
    for name in SHEETS[1:]:
        assert book[name].freeze_panes == "A2"
    assert all(book[name].tables for name in SHEETS[1:5])
    assert len(book["Summary"]._charts) == 1  # type: ignore[attr-defined]


def test_no_text_is_a_formula(book: Workbook) -> None:
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not any(cell.data_type == "f" for cell in cells)
    nasty = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith("=HYPERLINK")]
    assert len(nasty) >= 2


def test_figures_are_numbers_and_those_of_the_summary(book: Workbook, compared: tuple[Result, StoredResult]) -> None:
    summary = compared[0].summary()
    lines = {row[0]: row[1:8] for row in book["Summary"].iter_rows(values_only=True)}
    added = [summary["added_reach"][side][part] for side in ("programme", "paid") for part in ("mean", "low", "high")]
    assert lines["People added to what happens anyway"] == ("people", *(pytest.approx(value) for value in added))
    assert lines["measure"] == ("unit", "programme", "low", "high", "ads", "low", "high")
    channels = {(row["world"], row["channel"], row["measure"]): row["mean"] for row in rows(book, "Channels")}
    for channel, measures in summary["channels"]["both"].items():
        assert channels["both", channel, "reach"] == pytest.approx(measures["reach"]["mean"])


def test_days_add_up_to_the_totals(book: Workbook, compared: tuple[Result, StoredResult]) -> None:
    table, summary = rows(book, "Daily"), compared[0].summary()
    for channel in ("programme", "paid"):
        own = [row for row in table if (row["world"], row["platform"], row["channel"]) == ("both", "all", channel)]
        reach = summary["channels"]["both"][channel]["reach"]
        assert sum(float(str(row["new_reach"])) for row in own) == pytest.approx(reach["mean"])
        last = max(own, key=lambda row: int(str(row["day"])))
        assert [last[name] for name in ("reach_so_far", "reach_so_far_low", "reach_so_far_high")] == pytest.approx([reach["mean"], reach["low"], reach["high"]])


def test_people_at_each_frequency_are_the_market(book: Workbook) -> None:
    own = [float(str(row["people"])) for row in rows(book, "Frequency") if (row["world"], row["channel"]) == ("both", "paid")]
    assert sum(own) == pytest.approx(4000)


def test_every_key_of_the_scenario_is_there_with_its_unit(book: Workbook, compared: tuple[Result, StoredResult]) -> None:
    listed = {row["key"]: row for row in rows(book, "Scenario")}
    assert listed["market.consumers"]["small"] == 4000
    assert listed["platforms.linkedin.visibility_fraction"]["unit"] == "fraction of active followers"
    assert len(listed) > 100
    assert any(row[1] == "advocacy compare small.yaml" for row in book["About"].iter_rows(values_only=True))


def test_several_scenarios_and_a_run_have_their_own_columns(side_by_side: tuple[Comparison, StoredComparison], as_written: tuple[Result, StoredResult]) -> None:
    both = load_workbook(io.BytesIO(workbook(side_by_side[1])), read_only=True)
    listed = {row["key"]: row for row in rows(both, "Scenario")}
    assert (listed["programme.enrolment_fraction"]["first"], listed["programme.enrolment_fraction"]["second"]) == (0.3, 0.9)
    assert {row["scenario"] for row in rows(both, "Daily")} == {"first", "second"}
    alone = load_workbook(io.BytesIO(workbook(as_written[1])), read_only=True)
    assert any(row[0] == "People reached" for row in alone["Summary"].iter_rows(values_only=True))


def test_office_has_nothing_against_it(compared: tuple[Result, StoredResult], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for the order inside the default font, which openpyxl writes in every file and Excel reads. Long sheets are cut, as all their rows are alike."""
    monkeypatch.setattr("simulation.presentation.workbook.MOST_ROWS", 40)
    (tmp_path / "book.xlsx").write_bytes(workbook(compared[1]))
    found = [str(error) for error in OpenXmlValidator(max_errors=50).validate(str(tmp_path / "book.xlsx")).errors]
    assert [error for error in found if "xl/styles.xml" not in error and "inline-string" not in error] == []
