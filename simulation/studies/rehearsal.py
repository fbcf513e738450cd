"""Compiles the engine ahead of its use: while one worker still makes its society, another plays a small campaign on a ring of friends."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

from simulation.compiling import code_folder
from simulation.inputs.scenario import load_scenario
from simulation.studies.pool import Task
from simulation.studies.replication import replicate

MARK = "rehearsed"
PEOPLE, APART = 200, (1, 2, 3, 7, 11)
"""People on the ring, and how far from each their friends are."""
SETTINGS = ("run.engine=compiled", "horizon.weeks=2", "society.employees=20", "society.departments=2", "society.network.family=file", "society.network.nodes=consumers")
LATER = 1_000
"""A replication that is far beyond those which play more than the four worlds."""


def rehearse() -> bool:
    """
    Play a small campaign with the compiled engine, so that its code is compiled and kept; once for each folder of code.

    The network is held whole, so nothing is compiled of what lists the ties of shared foci: another worker does that at the same time.

    Returns
    -------
    Whether it was played.
    """
    folder = code_folder()
    if not folder.is_dir() or (folder / MARK).exists():
        return False
    with tempfile.TemporaryDirectory() as place:
        ring = Path(place) / "ring.csv"
        ring.write_text("".join(f"{person},{(person + far) % PEOPLE}\n" for person in range(PEOPLE) for far in APART), encoding="utf-8")
        replicate(Task(load_scenario("baseline", [*SETTINGS, f"society.network.file={ring}"]), LATER, True))
    with suppress(OSError):
        (folder / MARK).touch()
    return True
