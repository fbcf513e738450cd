"""Tables of a study: one row for each point, replication and world; the same runs give the same bytes, however the work was cut."""

from __future__ import annotations

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from simulation.engines.world import WORLDS
from simulation.studies.sweep.plan import Chunk

KEYS = ("point", "replication", "world")


def to_parquet(table: pa.Table) -> bytes:
    """A table as the bytes of a Parquet file; the same rows give the same bytes."""
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="zstd")
    return stream.getvalue()


def failures_in(parquet: bytes) -> list[str]:
    """The errors of the runs in a piece that failed."""
    table = pq.read_table(io.BytesIO(parquet), columns=["world", "error"])
    first = sorted(WORLDS)[0]
    return [error for world, error in zip(*table.to_pydict().values(), strict=True) if world == first and error is not None]


def collected(pieces: list[bytes]) -> pa.Table:
    """All pieces as one table, sorted by key; columns do not depend on how the work was cut."""
    table = pa.concat_tables([pq.read_table(io.BytesIO(piece)) for piece in pieces], promote_options="default")
    inputs = [name for name in table.column_names if name.startswith(("lever.", "uncertainty."))]
    leading = [*KEYS, *inputs, "error"]
    return table.select([*leading, *sorted(set(table.column_names) - set(leading))]).sort_by([(name, "ascending") for name in KEYS]).combine_chunks()


def schema_of(chunk: Chunk, rows: list[dict[str, Any]]) -> pa.Schema:
    """The columns of a piece; a piece whose runs all failed has no figures."""
    inputs = {f"{role}.{key}": pa.string() if chunk.kinds[key] == "json" else pa.type_for_alias(chunk.kinds[key]) for key, role in chunk.roles.items()}
    leading = {"point": pa.int64(), "replication": pa.int64(), "world": pa.string(), **inputs, "error": pa.string()}
    figures = sorted({name for row in rows for name in row} - leading.keys())
    return pa.schema([*leading.items(), *((name, pa.float64()) for name in figures)])
