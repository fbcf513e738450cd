"""What `run` and `compare` have in common: load, announce, play, write, print."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import typer

from simulation.cli.options import CANCELLED, check_names, tell
from simulation.cli.progress import progress
from simulation.errors import Cancelled


def play(scenarios: list[str], settings: list[str], out: Path | None, *, compared: bool, as_json: bool, quiet: bool) -> None:
    """Play scenarios and leave results, also of what was done before a cancellation."""
    from simulation.inputs.scenario import load_scenario
    from simulation.presentation.folder import check_place

    chosen = [load_scenario(name, settings) for name in check_names(scenarios)]
    folder = out or Path("results") / ("_".join(scenario.name for scenario in chosen))
    check_place(folder)
    total = sum(scenario.run.replications for scenario in chosen)
    engines = " and ".join(f"{engine} engine" for engine in sorted({scenario.engine for scenario in chosen}))
    worlds = "the four worlds" if compared else "the world as written"
    tell(quiet, f"{', '.join(scenario.title for scenario in chosen)}: {total} {"replication" if total == 1 else "replications"} of {worlds}, {engines}; results go to {folder}")
    from simulation import api

    for scenario in chosen:
        tell(quiet, *api.notes(scenario))
    command = shlex.join(["advocacy", *sys.argv[1:]])
    status = 0
    with progress(len(api.plays(chosen, compared=compared)), quiet) as report:
        try:
            result = api.compare(*chosen, progress=report) if compared else api.run(chosen[0], progress=report)
        except Cancelled as cancelled:
            status = CANCELLED
            done = list(cancelled.finished)
            if not done:
                tell(False, "advocacy: cancelled before the first replication was done; nothing was written")
                raise typer.Exit(CANCELLED) from None
            from simulation.presentation.result import Comparison

            result = done[0] if len(chosen) == 1 else Comparison(done)
    print(json.dumps(result.summary(), indent=2, ensure_ascii=False, allow_nan=False) if as_json else result.answer(), flush=True)
    result.save(folder, command)
    if status:
        tell(False, f"advocacy: cancelled; the replications that were done are in {folder}")
        raise typer.Exit(status)
    tell(quiet, f"Tables, charts and the complete scenario are in {folder}")
