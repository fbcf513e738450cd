"""`advocacy import`: what it prints and leaves behind, and that it never shows a traceback."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from simulation.cli import app
from simulation.errors import InputError
from simulation.inputs.scenario import load_scenario
from simulation.presentation.folder import write_csv

META = """Reporting starts,Reporting ends,Campaign name,Ad set name,Amount spent (USD),Impressions,Reach,Link clicks
2024-01-01,2024-01-31,"=cmd|' /C calc'!A0",Managers,1000,100000,40000,600
2024-01-01,2024-01-31,Autumn,"+Students",300,50000,30000,300
2024-01-01,2024-01-31,Broken,Set,1,10,20,1
,,,,1301,150010,60000,901
"""


def called(*words: str) -> str:
    done = CliRunner().invoke(app, ["import", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "meta.csv").write_text(META, encoding="utf-8")
    return tmp_path


def test_it_says_what_it_understood_and_leaves_a_scenario_that_loads(report: Path) -> None:
    said = called("meta.csv", "--audience", "200000", "--out", "imported")
    for part in ("Meta Ads Manager (meta_ads, facebook)", "utf-8, comma-separated, headers in row 1", "USD, 2024-01-01 to 2024-01-31", "4 rows read: 2 kept, 1 dropped, 1 totals",
                 "spend = 'Amount spent (USD)'", "reach is above impressions", "Fit (b) negative binomial", "Rerun: 20,000 simulated people", "they agree at 1 to 10", "paid.cpm.facebook: 8.667"):
        assert part in said
    folder = report / "imported"
    assert sorted(path.name for path in folder.iterdir()) == ["dropped.csv", "import.json", "provenance.json", "scenario.yaml", "table.csv", "table.parquet"]
    scenario = load_scenario(folder / "scenario.yaml")
    assert scenario.paid.cpm["facebook"] == pytest.approx(8.66667, rel=1e-5)
    assert scenario.paid.cpm["linkedin"] == load_scenario("baseline").paid.cpm["linkedin"]
    assert scenario.market.consumers == 200_000
    (report / "ours.yaml").write_text("extends: imported/scenario.yaml\nhorizon: {weeks: 4}\n", encoding="utf-8")
    assert load_scenario("ours.yaml").paid.cpm["facebook"] == scenario.paid.cpm["facebook"]
    text = (folder / "scenario.yaml").read_text(encoding="utf-8")
    assert all("meta.csv" in line or "--audience" in line for line in text.splitlines() if line.startswith(" ") and "#" in line)
    assert [row["reason"] for row in csv.DictReader((folder / "dropped.csv").open(encoding="utf-8"))] == ["reach is above impressions: nobody is reached without an impression"]


def test_parquet_and_csv_hold_the_same_rows(report: Path) -> None:
    called("meta.csv", "--out", "imported")
    parquet, text = pd.read_parquet(report / "imported/table.parquet"), pd.read_csv(report / "imported/table.csv")
    assert list(parquet.columns) == list(text.columns)
    for column in ("spend", "impressions", "reach", "frequency"):
        assert parquet[column].tolist() == text[column].tolist()
    assert parquet["entity_id"].tolist() == ["=cmd|' /C calc'!A0 / Managers", "Autumn / +Students"]


def test_no_cell_of_the_csv_is_a_formula(report: Path) -> None:
    called("meta.csv", "--out", "imported")
    for path in (report / "imported").glob("*.csv"):
        for row in csv.reader(path.open(encoding="utf-8", newline="")):
            assert not [cell for cell in row if cell[:1] in tuple("=+-@\t\r")]
    assert "'=cmd|" in (report / "imported/table.csv").read_text(encoding="utf-8")


def test_every_csv_is_written_safely_and_numbers_stay_numbers(tmp_path: Path) -> None:
    texts = ["=1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "x=1", "y\r=1", None]
    write_csv(tmp_path / "a.csv", pd.DataFrame({"text": texts, "label": pd.Categorical(texts), "number": [-1.0] * 10}))
    back = list(csv.DictReader((tmp_path / "a.csv").open(encoding="utf-8", newline="")))
    for column in ("text", "label"):
        assert [row[column] for row in back] == ["'=1", "'+1", "'-1", "'@x", "'\tx", "'\nx", "'＝1", "x=1", "y\n=1", ""]
    assert {row["number"] for row in back} == {"-1.0"}


def test_json_holds_what_the_text_says(report: Path) -> None:
    told = json.loads(called("meta.csv", "--json", "--quiet", "--audience", "200000"))
    assert told == json.loads((report / "results/import/import.json").read_text(encoding="utf-8"))
    assert told["files"][0]["rows"] == {"read": 4, "kept": 2, "dropped": 1, "totals": 1}
    assert {setting["key"] for setting in told["settings"]} >= {"paid.cpm.facebook", "currency", "price_year", "market.consumers"}
    assert told["fits"][0]["rung"] == "b"
    assert told["reruns"][0]["agrees_up_to"] == 10


def test_the_same_files_give_the_same_bytes(report: Path) -> None:
    called("meta.csv", "--out", "one")
    called("meta.csv", "--out", "two")
    for name in ("table.csv", "table.parquet", "scenario.yaml", "import.json", "dropped.csv"):
        assert (report / "one" / name).read_bytes() == (report / "two" / name).read_bytes()


@pytest.mark.parametrize(("words", "expected"), [
    (["--decimal", "dot"], "--decimal: given 'dot'; allowed: point or comma"), (["--dates", "year"], "--dates: given 'year'"), (["--currency", "Euro"], "three letters"),
    (["--audience", "0"], "--audience: given 0"), (["--platform", "Face Book"], "--platform: given 'Face Book'"), (["--columns", "none.yaml"], "none.yaml: cannot be read"),
    (["--out", "meta.csv"], "is a file"), (["missing.csv"], "missing.csv: no such file"),
])
def test_a_wrong_option_is_named(words: list[str], expected: str, report: Path) -> None:
    with pytest.raises(InputError) as caught:
        CliRunner().invoke(app, ["import", "meta.csv", *words], catch_exceptions=False)
    assert expected in str(caught.value)


def test_a_users_mistake_is_one_plain_message_and_leaves_nothing(report: Path) -> None:
    (report / "bad.csv").write_bytes(b"\x00\xff\xfe\x01 no table")
    done = subprocess.run([sys.executable, "-m", "simulation", "import", "bad.csv"], cwd=report, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("advocacy: bad.csv: ")
    assert done.stderr.count("\n") == 1
    assert not (report / "results").exists()


def test_a_foreign_folder_is_never_replaced(report: Path) -> None:
    (report / "mine").mkdir()
    (report / "mine/notes.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(InputError, match="holds files that are not results"):
        called("meta.csv", "--out", "mine")
    assert (report / "mine/notes.txt").read_text(encoding="utf-8") == "precious"


def test_names_cannot_break_out_of_a_comment(report: Path) -> None:
    (report / "a\nb: evil.csv").write_text(META, encoding="utf-8")
    called("a\nb: evil.csv", "--out", "imported")
    load_scenario(report / "imported/scenario.yaml")
    assert "\nb: evil" not in (report / "imported/scenario.yaml").read_text(encoding="utf-8")
