"""Options that commands share, and how they become settings of a scenario."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from simulation.errors import InputError

OUR_BUG, BAD_INPUT, CANCELLED = 1, 2, 130
"""Exit statuses."""

SetOption = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Change one key, as in --set paid.budget=20000; repeat it for each key.")]
SeedOption = Annotated[int | None, typer.Option("--seed", help="Seed of all luck.")]
ReplicationsOption = Annotated[int | None, typer.Option("--replications", help="Repetitions with new luck and a new society.")]
EngineOption = Annotated[str | None, typer.Option("--engine", help="Engine that plays the model: agents, compiled, or auto (by size); the results are the same.")]
WorkersOption = Annotated[int | None, typer.Option("--workers", help="Worker processes; left out: one per core.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Folder for the results; left out: results/NAME here.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the summary as JSON instead of the table.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No progress, no notes.")]


def settings_of(settings: list[str] | None, seed: int | None, replications: int | None, engine: str | None, workers: int | None) -> list[str]:
    """All settings in the order in which they are applied: `--set` first, options of their own last."""
    own = {"run.seed": seed, "run.replications": replications, "run.engine": engine, "run.workers": workers}
    return [*(settings or []), *(f"{key}={value}" for key, value in own.items() if value is not None)]


def check_names(scenarios: list[str]) -> list[str]:
    """Scenario names as given; a setting among them is somebody's `--set a=1 b=2`."""
    for name in scenarios:
        if "=" in name and not Path(name).exists():
            raise InputError(f"'{name}' looks like a setting; allowed: --set before each one, as in --set a=1 --set {name}")
    return scenarios


def tell(quiet: bool, *lines: str) -> None:
    """Say something that is not the answer."""
    if not quiet:
        for line in lines:
            print(line, file=sys.stderr, flush=True)
