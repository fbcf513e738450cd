"""The documents run, and what they point at exists."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.inputs.evidence import load_evidence
from simulation.inputs.scenario import load_scenario, shipped_names

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")


def documents(repository: Path) -> list[Path]:
    return [repository / "README.md", repository / "CONTRIBUTING.md", *sorted((repository / "docs").rglob("*.md"))]


def run_command(line: str, folder: Path) -> None:
    words = shlex.split(line)
    assert words[0] == "advocacy"
    done = subprocess.run([sys.executable, "-m", "simulation", *words[1:]], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_tutorial_runs_from_top_to_bottom(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    blocks = BLOCK.findall((repository / "docs/tutorials/first_what_if.md").read_text(encoding="utf-8"))
    for language, code in blocks:
        if language == "yaml":
            (tmp_path / "our_firm.yaml").write_text(code, encoding="utf-8")
        elif language == "console":
            for line in code.splitlines():
                run_command(line, tmp_path)
        else:
            exec(compile(code, "tutorial", "exec"), names)
    assert {language for language, _ in blocks} == {"yaml", "console", "python"}
    assert names["model"].reach("programme") > 0  # type: ignore[attr-defined]
    assert (tmp_path / "results/our_firm/summary.json").is_file()


def test_links_between_documents_lead_somewhere(repository: Path) -> None:
    found = 0
    for document in documents(repository):
        for target in LINK.findall(document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
            found += 1
    assert found > 5


def test_the_model_description_names_code_and_evidence_that_exist(repository: Path) -> None:
    text = (repository / "docs/model.md").read_text(encoding="utf-8")
    files = re.findall(r"`(simulation/[\w/]+\.py)(?:: ([\w., ]+))?`", text)
    assert len(files) > 20
    for file, names in files:
        source = (repository / file).read_text(encoding="utf-8")
        for name in filter(None, re.split(r"[,. ]+", names)):
            assert re.search(rf"\b{name}\b", source), f"{file}: {name}"
    keys = {figure.key for figure in load_evidence()}
    quoted = re.findall(r"`([a-z0-9]+(?:-[a-z0-9]+){2,})`", text)
    assert quoted
    assert [key for key in quoted if key not in keys and key != "advocacy-reach"] == []


def test_the_readme_has_two_commands_that_set_everything_up(repository: Path) -> None:
    text = (repository / "README.md").read_text(encoding="utf-8")
    assert "pip install uv && uv run advocacy compare" in text
    assert "pip install uv && uv run pytest" in text
    assert "uv run pytest" in (repository / ".ci/run").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [name for name in shipped_names() if name != "real_workplace"])
def test_every_shipped_scenario_has_a_purpose_in_one_sentence(name: str) -> None:
    purpose = load_scenario(name).purpose
    assert purpose.endswith((".", "?"))
    assert purpose.count(". ") == 0


def test_the_committed_schema_is_the_current_one(repository: Path) -> None:
    import json

    from simulation.inputs.scenario import json_schema

    committed = json.loads((repository / "scenarios/schema.json").read_text(encoding="utf-8"))
    assert committed == json.loads(json.dumps(json_schema())), "run: uv run advocacy scenario schema > scenarios/schema.json"


def test_the_page_of_evidence_is_the_current_one(repository: Path) -> None:
    from simulation.presentation.evidence_page import page

    committed = (repository / "docs/evidence.md").read_text(encoding="utf-8")
    assert committed == page(load_evidence()), "run: uv run advocacy evidence --to docs/evidence.md"


def test_the_page_of_validation_has_every_fact_and_every_published_value(repository: Path) -> None:
    """Measured values change with the machine's last bits and with defaults; what was published and judged must be of today's catalogue."""
    from simulation.inputs.facts import load_facts
    from simulation.presentation.facts_answer import band, number

    text, facts = (repository / "docs/validation.md").read_text(encoding="utf-8"), load_facts()
    for fact in facts:
        row = next((line for line in text.splitlines() if line.startswith(f"| {fact.title}")), None)
        published = facts.published(fact)
        assert row is not None, f"{fact.key}: see the command in docs/validation.md"
        assert published is None or f"| {number(published)} " in row, fact.key
        assert f"| {band(facts.limits(fact))} |" in row, fact.key
        assert row.endswith(f"| {'yes' if facts.held_out(fact) else 'no'} |"), fact.key
    assert all(f"**{name}." in text for name in facts.claims)
