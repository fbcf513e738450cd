"""The guide to analysis runs as it stands, on a small study."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulation import api
from simulation.cli import app

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TINY = {"market.consumers": 300, "society.employees": 10, "society.departments": 2, "horizon.weeks": 1, "paid.cap": None, "run.engine": "agents"}


def test_the_guide_runs_from_top_to_bottom(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sklearn", reason="scikit-learn is not installed (extra analysis)")
    monkeypatch.chdir(tmp_path)
    api.sweep({"settings": TINY, "method": "latin_hypercube", "points": 20, "vary": {"programme.enrolment_fraction": {"low": 0.2, "high": 0.9},
                                                                                     "market.contacts_in_market_fraction": {"low": 0.2, "high": 0.9}}}, "results/study", workers=1)
    blocks = BLOCK.findall((repository / "docs/how-to/analyse.md").read_text(encoding="utf-8"))
    assert [language for language, _ in blocks] == ["sh", "python", "python", "sh"]
    small = [word for key, value in TINY.items() for word in ("--set", f"{key}={'null' if value is None else value}")] + ["--set", "paid.budget=1600"]
    for language, code in blocks:
        if language == "python":
            exec(compile(code, "guide", "exec"), {})
            continue
        for line in code.splitlines():
            words = line.split()[1:]
            result = CliRunner().invoke(app, words + (small if words[0] == "weekly" else []))
            assert result.exit_code == 0, result.output
    assert Path("panel.csv").is_file()
    assert Path("results/study/sensitivity.json").is_file()
