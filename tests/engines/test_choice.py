"""Which engine plays: asked for, or chosen by size; refused when unknown; and the results are the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.engines import run as run_module
from simulation.engines.compiled import CompiledModel
from simulation.engines.model import AdvocacyModel
from simulation.engines.run import ENGINES, play
from simulation.engines.world import WORLDS
from simulation.errors import InputError
from simulation.inputs.parameters import SMALL, Scenario
from simulation.inputs.scenario import load_scenario
from simulation.society.luck import Luck
from simulation.society.society import Society

SETTINGS = {"society.employees": 20, "society.departments": 3, "market.consumers": 400, "horizon.weeks": 1, "paid.budget": 1510,
            "behaviour.offered_share_probability": 0.3, "platforms.facebook.reshare_rate": 0.01}
SAME = ("summary.json", "summary.csv", "daily.parquet", "frequency.parquet")
"""Files in which neither the engine nor the number of workers leaves a trace."""


def told(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """What the program says to a small comparison."""
    settings = [word for key, value in SETTINGS.items() for word in ("--set", f"{key}={value}")]
    command = [sys.executable, "-m", "simulation", "compare", *settings, "--replications", "2", "--out", str(folder), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_either_engine_in_one_process_or_two_writes_the_same_bytes(tmp_path: Path) -> None:
    """That agents alone write the same in one process and in two is said in tests/laws/test_reproducible.py."""
    written = []
    for engine, workers in (("agents", 1), ("compiled", 2)):
        folder = tmp_path / f"{engine}_{workers}"
        done = told(folder, "--engine", engine, "--workers", str(workers))
        assert done.returncode == 0, done.stderr
        assert f"2 replications of the four worlds, {engine} engine; results go to {folder}" in done.stderr
        assert json.loads((folder / "provenance.json").read_text(encoding="utf-8"))["engine"] == engine
        written.append(({name: (folder / name).read_bytes() for name in SAME}, done.stdout.replace(str(folder), "")))
    assert written[0] == written[1]
    added = json.loads(written[0][0]["summary.json"])["added_reach"]
    assert min(added[channel]["mean"] for channel in ("programme", "paid")) > 0


def test_an_engine_that_there_is_not_is_refused_with_the_names_of_those_there_are(tmp_path: Path) -> None:
    done = told(tmp_path / "out", "--engine", "numba")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "advocacy: --set: run.engine: given 'numba'; allowed: auto, agents, compiled\n"
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["numba", "COMPILED", "agent", "", 1, None])
def test_a_scenario_refuses_it_as_well(name: object) -> None:
    with pytest.raises(InputError, match=r"run\.engine: given .*; allowed: auto, agents, compiled"):
        load_scenario("baseline", [f"run.engine={name}"])


@pytest.mark.parametrize(("employees", "more", "expected"), [(1, 0, "agents"), (1, 1, "compiled"), (SMALL // 2, 0, "agents"), (SMALL // 2, 1, "compiled")])
def test_agents_play_societies_up_to_a_size_and_compiled_code_larger_ones(employees: int, more: int, expected: str) -> None:
    scenario = load_scenario("baseline", [f"society.employees={employees}", f"market.consumers={SMALL - employees + more}"])
    assert scenario.run.engine == "auto"
    assert scenario.engine == expected
    for asked in ENGINES:
        assert scenario.replace(run__engine=asked).engine == asked


@pytest.mark.parametrize("engine", ENGINES)
def test_the_engine_that_was_chosen_plays(engine: str, tiny: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[str] = []

    class Watched(ENGINES[engine]):  # type: ignore[misc]
        def run_model(self) -> None:
            played.append(self.engine)
            super().run_model()

    monkeypatch.setitem(run_module.ENGINES, engine, Watched)
    scenario = tiny.replace(run__engine=engine, horizon__weeks=1, market__consumers=50)
    luck = Luck(1)
    play(scenario, WORLDS["neither"], luck, Society(scenario, luck), {})
    assert played == [engine]


def test_engines_are_called_what_they_call_themselves() -> None:
    assert {name: kind.engine for name, kind in ENGINES.items()} == {"agents": "agents", "compiled": "compiled"}
    assert (ENGINES["agents"], ENGINES["compiled"]) == (AdvocacyModel, CompiledModel)
