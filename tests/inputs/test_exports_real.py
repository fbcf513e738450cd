"""Real files, read as their documentation describes them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from simulation.errors import InputError
from simulation.inputs.exports.read import Export, Wishes, read_exports
from simulation.studies.export_settings import Setting, settings_from
from simulation.studies.ladder import climb


def real(data_folder: Path, *parts: str) -> Path:
    path = data_folder.joinpath(*parts)
    if not path.is_file():
        pytest.skip(f"no file {path}")
    return path


def statistics(data_folder: Path, name: str) -> dict[str, Any]:
    return dict(json.loads(real(data_folder, name, "stats.json").read_text(encoding="utf-8")))


def settings(exports: list[Export]) -> dict[str, Setting]:
    return {setting.key: setting for setting in settings_from(exports, [fit for export in exports for fit in climb(export)], None)}


def test_the_members_export(data_folder: Path) -> None:
    paths = [real(data_folder, "linkedin-creator-export", name) for name in ("totals.csv", "posts.csv", "daily.csv")]
    total, posts, days = exports = read_exports(paths, Wishes())
    assert {export.kind.name for export in exports} == {"linkedin_member"}
    assert [len(export.table) for export in exports] == [1, 45, 365]
    assert sum(len(export.dropped) for export in exports) == 0
    assert total.table[["impressions", "reach", "followers"]].values.tolist() == [[70_416, 28_517, 782]]
    assert days.table["impressions"].sum() == 70_416
    assert days.table["new_followers"].sum() == 969
    published = statistics(data_folder, "linkedin-creator-export")["posts"]
    assert posts.table["impressions"].median() == published["impressions"]["p50"]
    fit, = climb(total)
    assert fit.rung == "a"
    assert fit.get("audience").value == pytest.approx(70_416 * 28_517 / (70_416 - 28_517))  # type: ignore[union-attr]
    found = settings(exports)
    assert found["platforms.linkedin.like_rate"].value == pytest.approx(published["pooled"]["likes_per_impression"] * 1.73 / 2, rel=0.01)
    assert found["behaviour.appeal_log_sd"].value == pytest.approx(published["lognormal_impressions"]["sigma"], abs=0.001)


def test_the_page_of_moro_and_others(data_folder: Path) -> None:
    export, = read_exports([real(data_folder, "uci-facebook-metrics", "dataset_Facebook.csv")], Wishes())
    assert (export.kind.name, export.separator, export.rows_read) == ("facebook_page", "semicolon", 500)
    assert len(export.table) == 496
    assert len(export.dropped) == 4
    assert all("reach is above impressions" in reason and "more impressions or reach than everybody" in reason for reason in export.dropped["reason"])
    gaps = next(finding.message for finding in export.findings if finding.check == "gaps")
    assert gaps == "nothing is said about likes in 1 row, shares in 4 rows, paid_flag in 1 row"
    fit, = climb(export)
    # The curve published for all 500 posts: 1.73 impressions a delivery, shape 0.53, error 0.143.
    assert fit.get("repeats").value == pytest.approx(1.73, abs=0.02)  # type: ignore[union-attr]
    shape = fit.get("shape")
    assert shape is not None
    assert shape.low < 0.53 < shape.high
    assert fit.error == pytest.approx(0.143, abs=0.005)
    found = settings([export])
    assert found["platforms.facebook.like_rate"].value == pytest.approx(statistics(data_folder, "uci-facebook-metrics")["unpaid"]["pooled"]["like_per_reach"], rel=0.05)
    assert not [setting for setting in found.values() if setting.refused]


def test_bare_return_and_commas_give_the_same_page(data_folder: Path, tmp_path: Path) -> None:
    text = real(data_folder, "uci-facebook-metrics", "dataset_Facebook.csv").read_text(encoding="utf-8")
    (tmp_path / "other.csv").write_bytes(text.replace(";", ",").replace("\r\n", "\n").replace("\n", "\r").encode())
    other, = read_exports([tmp_path / "other.csv"], Wishes())
    one, = read_exports([real(data_folder, "uci-facebook-metrics", "dataset_Facebook.csv")], Wishes())
    assert other.table.drop(columns="source").equals(one.table.drop(columns="source"))


def test_the_ads_of_the_house_committee(data_folder: Path) -> None:
    path = real(data_folder, "us-house-facebook-ads", "facebook_ads_2015_2017.csv")
    with pytest.raises(InputError, match=r"spend is in RUB \(2,533 rows\) and USD .*--currency RUB"):
        read_exports([path], Wishes())
    export, = read_exports([path], Wishes(currency="RUB", platform="facebook"))
    published = statistics(data_folder, "us-house-facebook-ads")
    assert (export.rows_read, len(export.table), len(export.dropped)) == (3498, 2533, 965)
    with path.open(encoding="utf-8") as file:
        roubles = [row for row in csv.DictReader(file) if row["spend_currency"] == "RUB"]
    assert export.table["impressions"].sum() == sum(int(row["impressions"]) for row in roubles)
    assert export.table["clicks"].sum() == sum(int(row["clicks"]) for row in roubles)
    assert export.table["spend"].sum() == pytest.approx(published["pooled"]["total_spend_rub"])
    assert climb(export) == []
    found = settings([export])
    assert found["paid.cpm.facebook"].value * 0.016 == pytest.approx(published["pooled"]["cpm_usd"], rel=1e-3)  # the rate of the second parser
    assert found["currency"].value == "RUB"


def test_the_live_sellers(data_folder: Path) -> None:
    export, = read_exports([real(data_folder, "uci-facebook-live-sellers", "live_sellers.csv.gz")], Wishes())
    assert (export.kind.name, len(export.table), len(export.dropped)) == ("posts", 6997, 0)
    published = statistics(data_folder, "uci-facebook-live-sellers")["all"]
    assert export.table["shares"].mean() == pytest.approx(published["num_shares"]["mean"])
    assert export.table["reactions"].max() == published["num_reactions"]["max"]
