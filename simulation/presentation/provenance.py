"""Where results come from: versions, seed, engine, evidence, command and times."""

from __future__ import annotations

import datetime
import platform
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from simulation.inputs.evidence import load_evidence
from simulation.inputs.parameters import Scenario
from simulation.presentation.folder import MARK, read_json, write_json
from simulation.studies.drawing import posterior_of

PACKAGES = ("advocacy-reach", "mesa", "networkx", "numpy", "scipy", "pandas", "pyarrow", "matplotlib", "pydantic")


def sign(place: Path, scenario: Scenario, started: datetime.datetime, command: str, **more: Any) -> None:
    """Write where the contents of a folder come from; what was resumed tells when it began."""
    signed = provenance(scenario, started, command)
    write_json(place / MARK, signed | {"started": read_json(place / MARK).get("started", signed["started"]), **more})


def provenance(scenario: Scenario, started: datetime.datetime, command: str) -> dict[str, Any]:
    """The contents of `provenance.json`, finished now."""
    finished = datetime.datetime.now(datetime.UTC)
    return {"schema_version": 1, "versions": {name: version(name) for name in PACKAGES}, "python": sys.version.split()[0], "machine": platform.machine(),
            "system": platform.system(), "seed": scenario.run.seed, "engine": scenario.engine, "evidence_sha256": load_evidence().digest,
            "posterior_sha256": posterior_of(scenario).digest if scenario.run.parameters == "posterior" else None, "command": command,
            "started": started.isoformat(timespec="seconds"), "finished": finished.isoformat(timespec="seconds"),
            "seconds": round((finished - started).total_seconds(), 1)}
