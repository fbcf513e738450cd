"""`advocacy advocates`: what it prints, writes and refuses, and what it keeps to itself."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from simulation.cli import app
from simulation.errors import InputError

SMALL = [word for setting in ("society.employees=30", "society.departments=3", "market.consumers=2000", "horizon.weeks=2", "run.workers=1", "paid.budget=1600")
         for word in ("--set", setting)]


def run(*words: str) -> str:
    done = CliRunner().invoke(app, ["advocates", *SMALL, "--quiet", *words], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_it_names_the_recruits_and_leaves_list_chart_and_provenance(here: Path) -> None:
    said = run("--recruit", "4", "--plays", "2", "--exclude", "e01, e02", "--most-per-department", "2")
    assert "4 to recruit" in said
    assert "2 plays of the whole model" in said
    folder = here / "results/advocates_baseline"
    table = pd.read_csv(folder / "recruits.csv")
    assert len(table) == 4
    assert not {"e01", "e02"} & set(table["employee"])
    assert all(name in said for name in table["employee"])
    assert {path.suffix for path in (folder / "charts").glob("reach_per_recruit.*")} == {".png", ".svg", ".csv", ".txt"}
    assert json.loads((folder / "provenance.json").read_text())["command"].startswith("advocacy")


def test_what_leaves_about_a_person_is_pseudonym_department_and_what_is_added(here: Path) -> None:
    printed = json.loads(run("--recruit", "3", "--plays", "0", "--json", "--out", "found"))
    assert printed["played"] is None
    for row in printed["recruits"]:
        assert list(row) == ["rank", "employee", "department", "adds", "in_all"]
    assert list(pd.read_csv(here / "found/recruits.csv")) == ["rank", "employee", "department", "adds", "in_all"]
    for path in (here / "found").rglob("*.csv"):
        assert not {"segment", "manager", "private", "engagement", "followers"} & set(pd.read_csv(path).columns)
    assert json.loads((here / "found/summary.json").read_text()) == printed


def test_the_same_seed_gives_the_same_bytes(here: Path) -> None:
    assert run("--recruit", "3", "--plays", "1", "--json", "--out", "a") == run("--recruit", "3", "--plays", "1", "--json", "--out", "b")
    assert (here / "a/summary.json").read_bytes() == (here / "b/summary.json").read_bytes()


@pytest.mark.parametrize(("words", "said"), [
    (("--recruit", "31"), "--recruit: given 31; allowed: at most"), (("--willingness", "eager"), "allowed: SEGMENT=CHANCE"),
    (("--include", "e77"), "--include: no employee 'e77'"),
])
def test_mistakes_are_told(here: Path, words: tuple[str, ...], said: str) -> None:
    with pytest.raises(InputError, match=None) as refused:
        run(*words)
    assert said in str(refused.value)
    assert not (here / "results").exists()
