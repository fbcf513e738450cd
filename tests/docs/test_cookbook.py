"""Every recipe of the cookbook, and the page for the first five minutes, run as they stand, on a small firm."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulation.cli import app

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
RECIPE = re.compile(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
COOKBOOK = Path(__file__).resolve().parents[2] / "docs/how-to/cookbook.md"
RECIPES = dict(RECIPE.findall(COOKBOOK.read_text(encoding="utf-8")))
SMALL = ("society.employees=8", "society.departments=2", "market.consumers=600", "run.replications=1", "run.workers=1", "run.engine=compiled")
FEW_WEEKS = "horizon.weeks=1"


@pytest.fixture(autouse=True)
def without_charts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("simulation.presentation.result.save", lambda chart, folder: None)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("title", RECIPES)
def test_a_recipe_runs(title: str, repository: Path, tmp_path: Path) -> None:
    ran = 0
    for language, code in BLOCK.findall(RECIPES[title]):
        if language in {"yaml", "csv"}:
            first, rest = code.split("\n", 1)
            (tmp_path / first.removeprefix("# ")).write_text(rest, encoding="utf-8")
        elif language == "console":
            for line in code.splitlines():
                play(line, repository, title)
                ran += 1
        else:
            exec(compile(code, title, "exec"), {})
            ran += 1
    assert ran


def test_the_first_five_minutes_run(repository: Path) -> None:
    lines = "".join(code for language, code in BLOCK.findall((repository / "docs/start.md").read_text(encoding="utf-8")) if language == "console").splitlines()
    for line in lines:
        words = shlex.split(line)[1:]
        small = [*words, *(part for setting in (*SMALL, FEW_WEEKS) for part in ("--set", setting))] if words[0] == "compare" else words
        done = CliRunner().invoke(app, small, catch_exceptions=False)
        assert done.exit_code == 0, done.output
    assert [line.split()[1] for line in lines] == ["compare", "compare", "report"]
    assert Path("report.html").is_file()


def play(line: str, repository: Path, title: str) -> None:
    """A command, made small; calibrating, which takes minutes and has tests of its own, gives the shipped posterior."""
    program, command, *words = shlex.split(line)
    assert program == "advocacy"
    if command == "calibrate":
        shutil.copyfile(repository / "simulation/inputs/posterior.json", words[words.index("--out") + 1])
        return
    settings = [*SMALL, *([] if title == "Several flights" else [FEW_WEEKS])]
    done = CliRunner().invoke(app, [command, *words, *(part for setting in settings for part in ("--set", setting)), "--quiet", "--out", "results/recipe"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "People added" in done.output
    assert Path("results/recipe/summary.json").is_file()


def test_there_is_a_recipe_for_each_common_question() -> None:
    assert len(RECIPES) >= 10
    for text in RECIPES.values():
        assert "*Look at*" in text or "```python" in text
