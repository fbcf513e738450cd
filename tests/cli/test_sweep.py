"""`advocacy sweep`: what it says, what it refuses, and that neither an interrupt nor a kill loses or doubles a row."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from simulation.cli import app
from simulation.errors import InputError

DESIGN = """\
title: A tiny study
settings: {market.consumers: 300, society.employees: 10, society.departments: 2, horizon.weeks: 1, paid.cap: null, run.engine: agents, run.parameters: fixed}
method: latin_hypercube
points: 24
replications: 2
vary:
  programme.enrolment_fraction: {low: 0.1, high: 0.9}
  paid.budget: {low: 1600, high: 2500}
"""


@pytest.fixture
def design(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "tiny.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    return path


def called(*words: str) -> Any:
    return CliRunner().invoke(app, ["sweep", *words])


def started(folder: Path, repository: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", "simulation", "sweep", "tiny.yaml", "--quiet", "--no-analysis", "--out", str(folder), *words], text=True,
                            env={**os.environ, "PYTHONPATH": str(repository)}, cwd=folder.parent, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def pieces(folder: Path) -> int:
    return len(list((folder / "pieces").glob("piece-*.parquet")))


def test_it_says_how_much_there_is_and_where_the_table_lies(design: Path) -> None:
    result = called("tiny.yaml", "--workers", "1", "--no-analysis")
    assert result.exit_code == 0, result.output
    assert "A tiny study: 24 points x 2 replications = 48 runs of four worlds, about" in result.stderr
    assert result.stdout == f"24 points, 48 runs of four worlds: {Path('results/tiny/results.parquet')}\n"
    assert len(pd.read_parquet("results/tiny/results.parquet")) == 48 * 4


@pytest.mark.parametrize(("old", "new", "words", "message"), [
    ("enrolment_fraction", "enrolment", (), "Did you mean 'enrolment_fraction'"), ("low: 1600", "low: 2500", (), "an empty range"), ("high: 0.9", "high: 1.9", (), "given 1.9"),
    ("points: 24", "points: 24000", (), "48,000 runs of four worlds, about"), ("", "", ("--out", "tiny.yaml"), "is a file"), ("", "", ("--out", "."), "holds files that are not results"),
    ("", "", ("--scheduler", "tcp://127.0.0.1:9"), "no Dask scheduler answers at 'tcp://127.0.0.1:9'"),
])
def test_what_cannot_be_played_is_refused_before_anything_starts(design: Path, old: str, new: str, words: tuple[str, ...], message: str) -> None:
    design.write_text(DESIGN.replace(old, new, 1) if old else DESIGN, encoding="utf-8")
    result = called("tiny.yaml", *words)
    assert isinstance(result.exception, InputError)
    assert message in str(result.exception)
    assert [path.name for path in design.parent.iterdir()] == ["tiny.yaml"]


def test_it_says_how_to_get_dask(design: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    result = called("tiny.yaml", "--scheduler", "tcp://127.0.0.1:9")
    assert "pip install 'advocacy-reach[sweep]'" in str(result.exception)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_random_moments_it_goes_on_and_ends_the_same(design: Path, repository: Path, workers: int) -> None:
    """Killed after the first piece and twice later, then resumed to the end; benchmarks/sweep_crash.py does it many times more."""
    assert called("tiny.yaml", "--out", "whole", "--workers", "1", "--quiet", "--no-analysis").exit_code == 0
    moments, folder, had = random.Random(workers), design.parent / "killed", []
    for _ in range(3):
        before = pieces(folder)
        process = started(folder, repository, "--resume", "--workers", str(workers))
        began = time.monotonic()
        while process.poll() is None and pieces(folder) <= before and time.monotonic() - began < 120:
            time.sleep(0.01)
        time.sleep(moments.uniform(0.0, 0.3))
        process.kill()
        process.communicate()
        had.append(pieces(folder))
    assert had == sorted(had)
    assert had[0] >= 1
    process = started(folder, repository, "--resume", "--workers", str(workers))
    _, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors
    assert (folder / "results.parquet").read_bytes() == Path("whole/results.parquet").read_bytes()
    assert not (folder / "pieces").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are sent otherwise there")
def test_an_interrupt_exits_130_and_says_how_to_go_on(design: Path, repository: Path) -> None:
    folder = design.parent / "out"
    process = started(folder, repository, "--workers", "2")
    began = time.monotonic()
    while process.poll() is None and not pieces(folder) and time.monotonic() - began < 120:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "of 48 runs are kept in" in errors
    assert "advocacy sweep tiny.yaml --resume --out" in errors
    assert "Traceback" not in errors
    assert pieces(folder) >= 1
    again = called("tiny.yaml", "--out", "out", "--workers", "1")
    assert "holds an unfinished study" in str(again.exception)
