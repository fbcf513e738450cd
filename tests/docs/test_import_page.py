"""The how-to on imports: its example is run, and its output is the command's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulation.cli import app
from simulation.inputs.exports.headers import read_column_map, words
from simulation.inputs.scenario import load_scenario

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_example_says_what_the_command_says(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (repository / "docs/how-to/import.md").read_text(encoding="utf-8")
    (_, table), (_, command), (_, output), (_, scenario), (_, columns) = BLOCK.findall(text)
    Path("meta.csv").write_text(table, encoding="utf-8")
    done = CliRunner().invoke(app, command.split()[1:], catch_exceptions=False)
    assert done.stdout == output
    Path("ours.yaml").write_text(scenario, encoding="utf-8")
    assert load_scenario("ours.yaml").society.employees == 120
    Path("map.yaml").write_text(columns, encoding="utf-8")
    assert set(read_column_map(Path("map.yaml")).values()) == {"impressions", "spend"}


def test_every_kind_is_listed(repository: Path) -> None:
    text = (repository / "docs/how-to/import.md").read_text(encoding="utf-8")
    assert [kind.name for kind in words().kinds if f"`{kind.name}`" not in text] == []
