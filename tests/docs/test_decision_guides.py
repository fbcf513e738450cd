"""The commands of the guides to decisions run as they stand."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulation.cli import app

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_guide_to_recruiting_runs(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    commands = BLOCK.findall((repository / "docs/how-to/recruit.md").read_text(encoding="utf-8"))
    assert len(commands) == 1
    done = CliRunner().invoke(app, [*shlex.split(commands[0])[1:], "--quiet"], catch_exceptions=False)
    assert done.exit_code == 0
    assert "5 to recruit" in done.stdout
    assert (tmp_path / "results/advocates_baseline/recruits.csv").is_file()


@pytest.mark.parametrize("page", ["recruit", "plan"])
def test_every_option_of_a_guide_exists(repository: Path, page: str) -> None:
    command = {"recruit": "advocates", "plan": "plan"}[page]
    text = (repository / f"docs/how-to/{page}.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(--[a-z-]+)", text))
    shown = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "400", "TERM": "dumb"}).stdout
    assert len(named) > 6
    assert {option for option in named if option not in shown} == set()
