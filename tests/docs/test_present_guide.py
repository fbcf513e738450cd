"""The guide to reports runs as it stands, on small results."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from simulation.api import compare
from simulation.cli import main
from simulation.inputs.scenario import load_scenario
from simulation.presentation import animation

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SMALL = ("society.employees=12", "society.departments=3", "market.consumers=4000", "horizon.weeks=2", "run.replications=2", "run.workers=1")


def test_the_guide_runs_from_top_to_bottom(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(animation, "FRAMES", 2)
    with monkeypatch.context() as patch:
        patch.setattr("simulation.presentation.result.save", lambda chart, folder: None)
        compare(load_scenario("baseline", SMALL)).save("results/baseline")
    blocks = BLOCK.findall((repository / "docs/how-to/present.md").read_text(encoding="utf-8"))
    for language, code in blocks:
        if language == "yaml":
            (tmp_path / "brand.yaml").write_text(code, encoding="utf-8")
        elif language == "sh":
            for line in code.splitlines():
                monkeypatch.setattr(sys, "argv", line.split())
                with pytest.raises(SystemExit) as stopped:
                    main()
                assert stopped.value.code == 0
        elif language == "python":
            exec(compile(code, "guide", "exec"), {})
    assert [language for language, _ in blocks] == ["sh", "yaml", "sh", "console", "sh", "python"]
    made = {"report.html", "deck.pptx", "results.xlsx", "charts", "society.graphml", "nodes.csv", "from_python.html", "from_python.xlsx"}
    assert made <= {path.name for path in tmp_path.iterdir()}


def test_the_shipped_facts_are_those_of_the_catalogue(repository: Path) -> None:
    """Measured again by `advocacy facts baseline --json > simulation/inputs/validation.json`, some minutes."""
    import json

    from simulation.inputs.facts import load_facts

    facts, shipped = load_facts(), json.loads((repository / "simulation/inputs/validation.json").read_text(encoding="utf-8"))
    assert [fact["fact"] for fact in shipped["facts"]] == [fact.key for fact in facts]
    assert [fact["published"] for fact in shipped["facts"]] == [facts.published(fact) for fact in facts]
