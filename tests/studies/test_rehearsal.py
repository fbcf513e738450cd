"""The rehearsal compiles what a campaign on shared foci needs of the engine, and leaves the society to others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

CODE = """
import json
from simulation.compiling import code_folder
from simulation.inputs.scenario import load_scenario
from simulation.studies.pool import Task
from simulation.studies.rehearsal import rehearse
from simulation.studies.replication import replicate

def kept():
    return sorted(path.name.partition(".")[0] for path in code_folder().glob("**/*.nbc"))

settings = ["run.engine=compiled", "society.employees=20", "society.departments=2", "market.consumers=3000", "horizon.weeks=2"]
played = [rehearse(), rehearse()]
first = kept()
replicate(Task(load_scenario("baseline", settings), 1000, True))
print(json.dumps({"played": played, "first": first, "then": kept()}))
"""


def test_a_campaign_after_the_rehearsal_compiles_its_society_only(tmp_path: Path, repository: Path) -> None:
    environment = {**os.environ, "ADVOCACY_CACHE": str(tmp_path), "ADVOCACY_CACHE_GB": "0"}
    done = subprocess.run([sys.executable, "-c", CODE], env=environment, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["played"] == [True, False]
    more = found["then"].copy()
    for name in found["first"]:
        more.remove(name)
    engines = {path.stem for path in (repository / "simulation" / "engines").glob("*.py")}
    assert engines & set(found["first"]) >= {"kernels", "delivery", "flights"}
    assert "foci_kernels" not in found["first"]
    assert "foci_kernels" in more
    assert not engines & set(more)
