"""The guide to studies runs as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_guide_runs_from_top_to_bottom(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall((repository / "docs/how-to/sweep.md").read_text(encoding="utf-8"))
    for language, code in blocks:
        if language == "yaml":
            (tmp_path / "study.yaml").write_text(code, encoding="utf-8")
        elif language == "sh":
            for line in code.splitlines():
                done = subprocess.run([sys.executable, "-m", "simulation", *line.split()[1:]], capture_output=True, text=True, check=False)
                assert done.returncode == 0, done.stderr
                assert "10 points, 20 runs of four worlds" in done.stdout
        else:
            exec(compile(code, "guide", "exec"), {})
    assert [language for language, _ in blocks] == ["yaml", "sh", "sh", "python"]
    assert len(pd.read_parquet("results/study/results.parquet")) == 80
