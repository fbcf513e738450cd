"""Plays a piece of a study into rows: one for each point, replication and world."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from simulation.engines.world import WORLDS
from simulation.errors import InputError
from simulation.inputs.scenario import fit_to_network
from simulation.measures.comparison import ReplicationResult
from simulation.studies.pool import Task
from simulation.studies.replication import Reusing, replicate
from simulation.studies.sweep.plan import Chunk
from simulation.studies.sweep.points import Point
from simulation.studies.sweep.table import schema_of, to_parquet

_alone = threading.Lock()
"""Held while a piece is played: one at a time in each process, also where a cluster's workers have several threads."""


def play_chunk(chunk: Chunk) -> bytes:
    """
    Play some runs.

    Returns
    -------
    a Parquet file with one row for each point, replication and world. Columns: the keys; `lever.KEY` and `uncertainty.KEY` of each key
    that is varied; `error`; then figures, which are null where undefined, and in all rows of a run that failed
    """
    with _alone:
        reusing = _reusing(chunk.study)
        rows = [row for number, replication, point in chunk.runs for row in _rows(chunk, number, replication, point, reusing)]
    return to_parquet(pa.Table.from_pylist(rows, schema=schema_of(chunk, rows)))


@lru_cache(maxsize=1)
def _reusing(study: str) -> Reusing:
    """The last society of this process, kept from one piece of a study to the next."""
    return Reusing()


def _rows(chunk: Chunk, number: int, replication: int, point: Point, reusing: Reusing) -> Iterator[dict[str, Any]]:
    """The rows of one run; a run that fails says why in each of them."""
    inputs = {f"{role}.{key}": _cell(point[key], chunk.kinds[key]) for key, role in chunk.roles.items()}
    error, result = None, None
    try:
        scenario = fit_to_network(chunk.base.replace(**{key.replace(".", "__"): value for key, value in point.items()}))
        result = replicate(Task(scenario, replication, True), reusing, verdicts=0, tables=False)
    except ValidationError as invalid:
        error = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in invalid.errors())
    except InputError as refused:
        error = str(refused)
    except Exception as fault:
        error = f"{type(fault).__name__}: {fault}"
    for world in sorted(WORLDS):
        figures = {} if result is None else _figures(result, world)
        yield {"point": number, "replication": replication, "world": world, **inputs, "error": error, **figures}


def _figures(result: ReplicationResult, world: str) -> dict[str, float | None]:
    """Figures of a world by name; those of the comparison of all four stand with `both`."""
    played = result.worlds[world]
    found = {f"total.{name}": value for name, value in played.totals.items()}
    found |= {f"total.{name}": value for name, value in played.extras.items()}
    found |= {f"{channel}.{name}": value for channel, values in played.channels.items() for name, value in values.items()}
    if world == "both":
        for name, value in (result.comparison or {}).items():
            parts = {f".{part}": each for part, each in value.items()} if isinstance(value, dict) else {"": value}
            found |= {f"comparison.{name}{part}": each for part, each in parts.items()}
    return {name: None if value is None else float(value) for name, value in found.items()}


def _cell(value: Any, kind: str) -> Any:
    """A value as its column holds it."""
    if value is None or kind != "json":
        return float(value) if kind == "float64" and value is not None else value
    return json.dumps(value, ensure_ascii=False, default=str)
