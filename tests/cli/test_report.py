"""`advocacy report` and `advocacy society`: files, exit statuses, and messages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from simulation.cli import main

SMALL = ("society.employees=12", "society.departments=3", "market.consumers=4000", "horizon.weeks=2", "run.replications=2", "run.workers=1")


def advocacy(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "simulation", *words], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the baseline was compared, small."""
    place = tmp_path_factory.mktemp("reports")
    done = advocacy("compare", "--quiet", *(word for setting in SMALL for word in ("--set", setting)), cwd=place)
    assert done.returncode == 0, done.stderr
    return place


def test_the_default_results_become_several_files_at_once(folder: Path) -> None:
    (folder / "brand.yaml").write_text("name: Example\ncolours: {programme: '#6A1B9A'}\n", encoding="utf-8")
    done = advocacy("report", "--to", "out/report.html", "--to", "out/deck.pptx", "--to", "out/results.xlsx", "--brand", "brand.yaml", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in (folder / "out").iterdir()) == ["deck.pptx", "report.html", "results.xlsx"]
    assert "Written: out/report.html" in done.stderr
    assert done.stdout == ""
    text = (folder / "out/report.html").read_text(encoding="utf-8")
    assert "advocacy compare --quiet --set society.employees=12" in text
    assert "#6A1B9A" in text


@pytest.mark.parametrize(("words", "said"), [
    (("report", "results/basline", "--to", "report.html"), "RESULTS: given results/basline, which does not exist; allowed: a folder written by advocacy compare or advocacy run, "
                                                           "such as results/baseline. Did you mean 'results/baseline'?"),
    (("report", "--to", "report.docx"), "--to: given 'report.docx'; allowed: report.html, deck.pptx, results.xlsx, or a folder such as charts/"),
    (("report", "--to", "report.html", "--to", "report.html"), "--to: the same place is given twice"),
    (("report", "--to", "report.html", "--template", "x.pptx"), "--template: given x.pptx, but no slides are asked for"),
    (("report", "--to", "deck.pptx", "--template", "x.pptx"), "--template: given x.pptx, which is no file; allowed: a PowerPoint file"),
    (("report", "--to", "report.html", "--brand", "x.yaml"), "--brand: given x.yaml, which is no file; allowed: a YAML file with name, font, logo and colours"),
    (("report", "--to", "results/baseline/"), "--to: 'results/baseline' holds files that are not charts"),
    (("society", "results/baseline", "--to", "people.txt"), "--to: given people.txt; allowed: society.graphml, nodes.csv or nodes.parquet"),
    (("society", "results/baseline", "--to", "nodes.csv", "--seed", "3"), "--set: given with the results in results/baseline"),
    (("society", "baselin", "--to", "nodes.csv"), "Did you mean 'baseline'?"),
])
def test_mistakes_are_one_plain_message_and_leave_nothing(folder: Path, words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(folder.rglob("*"))
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", ["advocacy", *words])
    with pytest.raises(SystemExit) as stopped:
        main()
    told = capsys.readouterr()
    assert (stopped.value.code, told.out) == (2, "")
    assert said in told.err
    assert "Traceback" not in told.err
    assert sorted(folder.rglob("*")) == before


def test_the_society_of_results_becomes_a_graph(folder: Path) -> None:
    done = advocacy("society", "results/baseline", "--platform", "twitter", "--to", "society.graphml", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "ties on twitter, about" in done.stderr
    assert (folder / "society.graphml").read_text(encoding="utf-8").startswith("<?xml")
