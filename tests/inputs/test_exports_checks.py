"""Every check finds what it is for, and nothing in a report that is in order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.errors import InputError
from simulation.inputs.exports.checks import ROW_CHECKS, TABLE_CHECKS, implausible_steps
from simulation.inputs.exports.read import Export, Wishes, read_exports
from simulation.measures.closed_forms import nbd_at_least

HEAD = "Campaign name,Ad set name,Reporting starts,Reporting ends,Amount spent (USD),Impressions,Reach,Frequency,Link clicks,Audience size,Viral impressions,Potential reach,Placement"
GOOD = "A,S{0},2024-01-01,2024-01-31,{0}0,{0}0000,{0}000,10,{0}7,500000,,,"


def report(folder: Path, *rows: str, head: str = HEAD, **wishes: Any) -> Export:
    path = folder / "x.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    export, = read_exports([path], Wishes(**wishes))
    return export


def found(export: Export) -> dict[str, str]:
    return {finding.check: finding.level for finding in export.findings}


def test_a_report_in_order_raises_nothing(tmp_path: Path) -> None:
    assert found(report(tmp_path, GOOD.format(1))) == {}
    assert found(report(tmp_path, GOOD.format(1), GOOD.format(2))) == {"reach is not additive": "note"}


@pytest.mark.parametrize(("row", "check", "level"), [
    ("A,S,2024-01-01,2024-01-31,10,100,200,,1,,,,", "reach within impressions", "dropped"),
    ("A,S,2024-01-01,2024-01-31,10,1000,200,,1,150,,,", "reach within audience", "dropped"),
    ("A,S,2024-01-01,2024-01-31,-10,1000,200,,1,,,,", "negative figures", "dropped"),
    ("A,S,2024-02-01,2024-01-31,10,1000,200,,1,,,,", "windows run forwards", "warning"),
    ("A,S,2024-01-01,2024-01-31,10,1000,200,4,1,,,,", "frequency", "warning"),
    ("A,S,2024-01-01,2024-01-31,10,1000,900,,1,1000,,,", "capped delivery", "note"),
    ("A,S,2024-01-01,2024-01-31,0,1000,200,,1,,,,", "impressions without spend", "warning"),
    ("A,S,2024-01-01,2024-01-31,10,1000,200,,1,,,,Feed", "breakdowns", "warning"),
    ("A,S,2024-01-01,2024-01-31,10,1000,200,,2000,,,,", "clicks within impressions", "warning"),
    ("A,S,2024-01-01,2024-01-31,10,0,0,,0,,,,", "never shown", "note"),
    (GOOD.format(1), "repeated rows", "warning"),
    ("A,S,2024-01-01,2024-01-31,10,1000,200,,1,,,90000,", "potential reach", "warning"),
    ("A,S,2024-01-01,2024-01-31,10,1000,200,,1,,70,,", "viral impressions", "note"),
    ("A,S,2024-01-01,2024-01-31,10,,200,,1,,,,", "gaps", "note"),
    ("A,S,,,,,,,,,,,", "rows without figures", "dropped"),
])
def test_each_fault_is_found_and_said(row: str, check: str, level: str, tmp_path: Path) -> None:
    export = report(tmp_path, GOOD.format(1), row, head=HEAD.replace("Link clicks", "Clicks (all)"))
    assert found(export)[check] == level
    assert (len(export.dropped) == 1) == (level == "dropped")
    assert len(export.table) + len(export.dropped) == 2
    if level == "dropped":
        assert export.dropped["row"].tolist() == [3]
        assert export.dropped["reason"].tolist() != [""]


def test_every_check_of_the_tables_is_tested_here() -> None:
    tested = Path(__file__).read_text(encoding="utf-8")
    untested = [check.name for check in (*ROW_CHECKS, *TABLE_CHECKS) if f'"{check.name}"' not in tested]
    assert untested == []


@pytest.mark.parametrize(("figures", "check"), [("900,400,300,350,90", "fan reach within fan impressions"), ("900,400,950,300,90", "fans within all"), ("900,400,300,200,90", None)])
def test_fans_are_a_part_of_all(figures: str, check: str | None, tmp_path: Path) -> None:
    head = ("Lifetime Post Total Impressions,Lifetime Post Total Reach,Lifetime Post Impressions by people who have liked your Page,"
            "Lifetime Post reach by people who like your Page,Lifetime Engaged Users")
    assert found(report(tmp_path, figures, head=head)) == ({} if check is None else {check: "dropped"})


def test_potential_reach_is_kept_apart_and_never_exposure(tmp_path: Path) -> None:
    export = report(tmp_path, "A,S,2024-01-01,2024-01-31,10,1000,200,,1,,,90000,")
    assert export.table[["impressions", "reach", "potential_reach"]].values.tolist() == [[1000, 200, 90_000]]


def test_linkedin_gives_no_reach_beyond_92_days(tmp_path: Path) -> None:
    head = "Account Name,Campaign Group Name,Campaign Name,Campaign Type,Start Date (in UTC),Report end,Total Spent,Impressions,Reach,Viral Impressions"
    short, long = (f"Acme,G,{end},T,01/01/2024,{end},10,1000,200,5" for end in ("04/01/2024", "04/02/2024"))
    export = report(tmp_path, short, long, head=head.replace("Start Date (in UTC)", "From"))
    assert found(export)["LinkedIn reach within 92 days"] == "refused"
    assert np.isnan(export.table["reach"]).tolist() == [False, True]
    assert export.table["impressions"].tolist() == [1000, 1000]


def test_billing_per_click_is_recognised(tmp_path: Path) -> None:
    head = HEAD.replace("Link clicks", "Clicks (all)")
    per_click = [f"A,S{n},2024-01-01,2024-01-31,{2 * n},{(n * 7919) % 5000 + 500},{n + 100},,{n},,,," for n in range(5, 25)]
    assert found(report(tmp_path, *per_click, head=head))["billing per click"] == "note"
    per_thousand = [f"A,S{n},2024-01-01,2024-01-31,{n},{n * 100},{n},,{(n * 31) % 17 + 1},,,," for n in range(5, 25)]
    assert "billing per click" not in found(report(tmp_path, *per_thousand, head=head))


def test_spend_in_two_currencies_is_refused_unless_one_is_chosen(tmp_path: Path) -> None:
    head, rows = "Ad,Impressions,Cost,Currency", ("A,1000,5,USD", "B,1000,5,EUR", "C,1000,5,USD")
    with pytest.raises(InputError, match=r"USD \(2 rows\) and EUR \(1 rows\).*--currency USD"):
        report(tmp_path, *rows, head=head)
    export = report(tmp_path, *rows, head=head, currency="USD")
    assert export.table["entity_id"].tolist() == ["A", "C"]
    assert export.dropped["reason"].tolist() == ["not in USD"]


def test_two_files_in_two_currencies_are_refused(tmp_path: Path) -> None:
    for code in ("USD", "EUR"):
        (tmp_path / f"{code}.csv").write_text(f"Ad,Impressions,Cost ({code})\nA,1000,5\n", encoding="utf-8")
    with pytest.raises(InputError, match="several currencies"):
        read_exports([tmp_path / "USD.csv", tmp_path / "EUR.csv"], Wishes())


@pytest.mark.parametrize("name", ["Total", "Gesamt", "Total: Account", "Results from 3 campaigns", "סה\"כ"])
def test_totals_rows_are_known_by_their_words(name: str, tmp_path: Path) -> None:
    row = f'"{name.replace(chr(34), chr(34) * 2)}",,,,30,30000,2500,,,,,,'
    for rows in ((row, GOOD.format(1), GOOD.format(2)), (GOOD.format(1), GOOD.format(2), row)):
        export = report(tmp_path, *rows)
        assert (export.totals_rows, len(export.table)) == (1, 2)
        assert export.total == {"impressions": 30_000, "reach": 2500, "spend": 30}


@pytest.mark.parametrize("name", ["Total Wine", "Totally new", "Summer", "Total 2024", "Overall brand push"])
def test_a_campaign_whose_name_begins_like_a_total_is_none(name: str, tmp_path: Path) -> None:
    assert report(tmp_path, GOOD.format(1).replace("A,", f"{name},", 1)).totals_rows == 0


def test_a_totals_row_that_does_not_add_up_is_said(tmp_path: Path) -> None:
    export = report(tmp_path, GOOD.format(1), "Total,,,,30,30000,900,,,,,,")
    assert found(export)["totals row"] == "warning"
    assert export.total is None


def curve(folder: Path, rows: list[list[float]]) -> Export:
    head = "Cost,Impressions," + ",".join(f"{k}+" for k in range(1, 11))
    return report(folder, *(",".join("" if value is None else f"{value:.0f}" for value in row) for row in rows), head=head)


@given(st.floats(0.05, 5.0), st.lists(st.floats(0.05, 30.0), min_size=2, max_size=8, unique=True))
def test_no_curve_of_a_negative_binomial_is_called_implausible(shape: float, means: list[float]) -> None:
    import pandas as pd

    one, two = (1e6 * np.array([nbd_at_least(times, mean, shape) for mean in means]) for times in (1, 2))
    assert implausible_steps(pd.DataFrame({"impressions": np.array(means) * 1e6, "spend": np.nan}), one, two) == 0


def test_a_measured_curve_passes_and_hill_curves_are_refused(tmp_path: Path) -> None:
    levels = range(1, 11)
    real = [[100 * m, 1e6 * m, *(1e6 * nbd_at_least(k, m, 0.5) for k in levels)] for m in (0.2, 0.5, 1.0, 2.0, 4.0)]
    assert not [finding for finding in curve(tmp_path, real).findings if finding.level == "refused"]
    # Hill curves of spend, each frequency a little lower, as in a simulated table that is often shown: 2+ is 95% of 1+, 10+ is 73%, already at the first step.
    hill: list[list[Any]] = [[spend, None, *(1e6 * (1 - 0.03 * (k - 1) - 0.02 * (k > 1)) * spend**1.5 / (spend**1.5 + 30.0**1.5) for k in levels)] for spend in (5, 10, 20, 40, 80)]
    assert found(curve(tmp_path, hill))["frequency falls toward one at low weight"] == "refused"


def test_frequencies_must_fall_and_fit_into_impressions(tmp_path: Path) -> None:
    falling = [1000.0 * 0.5**k for k in range(10)]
    rising = [*falling[:5], 400.0, *falling[6:]]
    assert found(curve(tmp_path, [[10, 5000, *rising]]))["reach falls with frequency"] == "refused"
    assert found(curve(tmp_path, [[10, 1500, *falling]]))["frequencies add up to impressions"] == "refused"
    assert "refused" not in found(curve(tmp_path, [[10, 2000, *falling]])).values()
