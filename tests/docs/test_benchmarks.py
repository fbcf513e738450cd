"""The performance benchmark: its parts run at tiny sizes, its checks notice what differs, and its page renders whatever happens."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture
def benchmark(repository: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Imports a module of the benchmarks, as if from their folder."""
    monkeypatch.syspath_prepend(str(repository / "benchmarks"))
    return importlib.import_module


@pytest.mark.parametrize("name", ["engines", "limit"])
def test_a_part_measures_and_says_what(benchmark: Any, name: str) -> None:
    measuring = benchmark("measuring")
    section = benchmark(f"parts.{name}").measure(quick=True)
    assert measuring.Section.read(json.loads(json.dumps(section))) == section
    assert section.rows
    assert all(row.work and row.goal and row.measured for row in section.rows)
    text = benchmark("report").page([section], "a command", (0.0, 0.0), 1.0)
    assert section.title in text
    for row in section.rows:
        assert f"| {row.work} | {row.goal} | {row.measured} | " in text


def test_every_part_is_a_module_that_measures_and_says_what_it_is(benchmark: Any, repository: Path) -> None:
    parts = benchmark("performance").PARTS
    assert set(parts) == {path.stem for path in (repository / "benchmarks/parts").glob("*.py")} - {"__init__"}
    assert all(callable(benchmark(f"parts.{name}").measure) for name in parts)


def test_records_that_differ_anywhere_are_told_apart(benchmark: Any) -> None:
    engines = benchmark("parts.engines")
    scenario = benchmark("simulation.inputs.scenario").load_scenario("baseline", ["society.employees=20", "market.consumers=1000", "horizon.weeks=1"])
    record = engines.played(engines.CompiledModel, engines.prepared(scenario))
    assert engines.unequal(record, record) == []
    later = record.deliveries.hours.copy()
    later[-1] = np.nextafter(later[-1], np.inf)
    assert engines.unequal(record, record._replace(deliveries=record.deliveries._replace(hours=later))) == ["record.deliveries.hours"]
    other_kind = record.deliveries._replace(share=record.deliveries.share.astype(np.int64))
    assert engines.unequal(record, record._replace(deliveries=other_kind)) == ["record.deliveries.share"]
    assert engines.unequal(record, record._replace(incident=not record.incident)) == ["record.incident"]


def test_a_part_that_fails_is_a_row_and_the_rest_goes_on(benchmark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    performance, measuring = benchmark("performance"), benchmark("measuring")
    good = measuring.Section("Fine", "", [measuring.Row("work", "goal", "1 s", True)], [])

    def alone(module: str, function: str, **given: Any) -> Any:
        if module == "parts.engines":
            raise measuring.Failed("MemoryError: no room")
        return json.loads(json.dumps(good))

    monkeypatch.setattr(performance, "alone", alone)
    found = list(performance.sections(["engines", "few"]))
    assert found[1] == good
    assert found[0].rows[0].met is False
    text = benchmark("report").page(found, "a command", (0.0, 0.0), 1.0)
    assert "failed: MemoryError: no room | **no** |" in text
    assert "| work | goal | 1 s | yes |" in text


def test_fresh_processes_answer_fail_and_are_stopped(benchmark: Any) -> None:
    measuring = benchmark("measuring")
    assert measuring.alone("measuring", "brief", value=1234.5) == measuring.brief(1234.5)
    with pytest.raises(measuring.Failed, match="TypeError"):
        measuring.alone("measuring", "brief", wrong=1)
    with pytest.raises(measuring.Failed, match="status 7"):
        measuring.alone("os", "_exit", status=7)
    with pytest.raises(measuring.Failed, match="stopped after"):
        measuring.alone("subprocess", "call", patience=0.5, args=["sleep", "600"])


def test_a_quick_page_claims_nothing(benchmark: Any) -> None:
    measuring, report = benchmark("measuring"), benchmark("report")
    section = measuring.Section("Title", "Text.", [measuring.Row("a | b", "goal", "2 s", True)], [measuring.Table([["x", "y"], ["1", "2"]], "Before:")])
    text = report.page([section], "a command", (0.0, 0.0), 1.0, quick=True)
    assert "| a \\| b | goal | 2 s | – |" in text
    assert "say nothing about the goals" in text
    assert "Before:\n\n| x | y |\n| --- | --- |\n| 1 | 2 |\n" in text


@pytest.mark.parametrize(("value", "text"), [(0.0, "0"), (1234.5, "1,234"), (12.34, "12.3"), (1.0, "1.00"), (0.012345, "0.0123"), (9.999, "10.0"), (float("inf"), "inf")])
def test_figures_have_three_digits(benchmark: Any, value: float, text: str) -> None:
    assert benchmark("measuring").brief(value) == text


def test_times_are_told_with_their_range(benchmark: Any) -> None:
    seconds = benchmark("measuring").seconds
    assert seconds([2.0]) == "2.00 s"
    assert seconds([1.0, 3.0, 2.0]) == "2.00 s (1.00 to 3.00)"


def test_help_of_the_benchmark_names_its_parts(repository: Path, benchmark: Any) -> None:
    done = subprocess.run([sys.executable, str(repository / "benchmarks/performance.py"), "--help"], capture_output=True, text=True, check=True)
    assert all(name in done.stdout for name in benchmark("performance").PARTS)
    assert "--quick" in done.stdout
    wrong = subprocess.run([sys.executable, str(repository / "benchmarks/performance.py"), "--only", "nothing"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
