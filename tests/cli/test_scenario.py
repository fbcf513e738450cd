"""`advocacy scenario new` and `diff`: what they write, print and refuse."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import simulation.cli.scenario as command
from simulation.cli import app
from simulation.errors import InputError
from simulation.inputs.scenario import load_scenario


def run(*words: str, text: str = "") -> str:
    done = CliRunner().invoke(app, ["scenario", *words], input=text, catch_exceptions=False)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def refused(*words: str, text: str = "") -> str:
    done = CliRunner().invoke(app, ["scenario", *words], input=text)
    assert isinstance(done.exception, InputError)
    return str(done.exception)


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is somebody to ask."""
    monkeypatch.setattr(command, "somebody_there", lambda: True)


def test_answers_given_beforehand(tmp_path: Path) -> None:
    file = tmp_path / "firm.yaml"
    said = run("new", str(file), "--answer", "employees=120", "--answer", "enrolled=50%", "--title", "A: firm")
    assert f"advocacy compare {file}" in said
    scenario = load_scenario(file)
    assert (scenario.title, scenario.society.employees, scenario.programme.enrolment_fraction) == ("A: firm", 120, 0.5)


def test_a_dash_prints_the_file() -> None:
    assert run("new", "-", "--answer", "market=5000").splitlines()[1] == "extends: baseline"


@pytest.mark.usefixtures("somebody")
def test_questions_are_asked_and_a_wrong_answer_again(tmp_path: Path) -> None:
    file = tmp_path / "firm.yaml"
    run("new", str(file), text="300\n400\n90\n\n\n\n\n50000\n\n")
    scenario = load_scenario(file)
    assert (scenario.society.employees, scenario.programme.enrolment_fraction, scenario.market.consumers) == (300, 0.3, 50_000)


@pytest.mark.usefixtures("somebody")
@pytest.mark.parametrize(("answer", "replaced"), [("y", True), ("n", False)])
def test_a_file_is_replaced_only_if_that_is_wanted(tmp_path: Path, answer: str, replaced: bool) -> None:
    file = tmp_path / "firm.yaml"
    file.write_text("mine", encoding="utf-8")
    text = f"{answer}\n" + "\n" * 8
    if replaced:
        run("new", str(file), text=text)
    else:
        assert "is there already" in refused("new", str(file), text=text)
    assert (file.read_text(encoding="utf-8") != "mine") == replaced


def test_without_anybody_to_ask(tmp_path: Path) -> None:
    file = tmp_path / "firm.yaml"
    assert "nobody can be asked here" in refused("new", str(file))
    run("new", str(file), "--answer", "employees=120")
    assert "is there already; allowed: another name, or --yes" in refused("new", str(file), "--answer", "employees=121")
    run("new", str(file), "--answer", "employees=121", "--yes")
    assert load_scenario(file).society.employees == 121


@pytest.mark.parametrize(("words", "says"), [
    (("--answer", "employees"), "allowed: NAME=VALUE"),
    (("--answer", "emploees=3"), "Did you mean 'employees'?"),
    (("--answer", "employees=none of your business"), "allowed: a number"),
])
def test_a_wrong_answer_beforehand_writes_nothing(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    assert says in refused("new", str(tmp_path / "firm.yaml"), *words)
    assert list(tmp_path.iterdir()) == []


def test_differences_of_two_scenarios(tmp_path: Path) -> None:
    file = tmp_path / "firm.yaml"
    file.write_text("extends: baseline\nsociety: {employees: 120}\nplatforms: {mastodon: {}}\n", encoding="utf-8")
    changed = json.loads(run("diff", "baseline", str(file), "--json"))
    assert changed["society.employees"] == [300, 120]
    assert changed["platforms.mastodon.repeats"][0] is None
    assert "society.employees: 300 -> 120" in run("diff", "baseline", str(file))
    assert run("diff", "baseline", "baseline").strip() == "baseline and baseline are the same"
    assert json.loads(run("diff", "baseline", "baseline", "--json")) == {}


def test_somebody_is_there_when_a_terminal_is() -> None:
    assert command.somebody_there() == sys.stdin.isatty()


def test_the_commands_of_the_guide_run(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = (repository / "docs/how-to/app.md").read_text(encoding="utf-8")
    lines = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)[0].splitlines()
    assert len(lines) == 3
    for line in lines:
        program, group, *words = shlex.split(line)
        assert (program, group) == ("advocacy", "scenario")
        assert run(*words)
    assert load_scenario("firm.yaml").society.employees == 120
