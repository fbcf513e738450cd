"""Where a study is played: in processes here, or on a Dask cluster. Both hand over each piece as it is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future, as_completed
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from simulation.errors import InputError
from simulation.studies.pool import each_done, rehearse_ahead
from simulation.studies.sweep.plan import Chunk, program_digest

if TYPE_CHECKING:
    from distributed import Client

MUST_AGREE = ("numpy", "scipy", "numba", "pandas", "pyarrow")
"""Packages whose versions decide bytes."""
PATIENCE = "10s"

type Pieces = Generator[tuple[int, bytes]]


def play(chunk: Chunk) -> bytes:
    """Play a piece. The engines are imported here, so that the process that hands out work starts at once."""
    from simulation.studies.sweep.playing import play_chunk

    return play_chunk(chunk)


def here(chunks: Mapping[int, Chunk], workers: int) -> Pieces:
    """Number and contents of each piece as it is done, in processes on this machine."""
    if not chunks:
        return
    numbers, work = list(chunks), list(chunks.values())
    ahead: Callable[[], object] | None = rehearse_ahead if work[0].base.engine == "compiled" else None
    for place, done in each_done(play, work, min(workers, len(work)), ahead=ahead):
        yield numbers[place], done


def connected(address: str) -> Client:
    """
    A Dask cluster that can play studies.

    Raises
    ------
    InputError
        No scheduler answers, it has no workers, or they have other versions of this program or of what it computes with.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError("--scheduler: needs Dask, which is not installed; install the extra: pip install 'advocacy-reach[sweep]'") from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"--scheduler: no Dask scheduler answers at '{address}' ({error or type(error).__name__}); allowed: an address such as tcp://host:8786") from None
    try:
        _agree(client.run(versions), address)
    except BaseException:
        client.close()  # type: ignore[no-untyped-call]
        raise
    return client


def on_cluster(chunks: Mapping[int, Chunk], client: Client) -> Pieces:
    """The same as `here` on a Dask cluster. Work of workers that were lost is done again by others; `InputError` where they are lost again and again."""
    from distributed import KilledWorker

    executor = client.get_executor(pure=False)  # type: ignore[no-untyped-call]
    try:
        places: dict[Future[bytes], int] = {executor.submit(play, chunk): number for number, chunk in chunks.items()}
        for future in as_completed(places):
            yield places[future], future.result()
    except KilledWorker as killed:
        raise InputError(f"--scheduler: workers were killed again and again, most often for want of memory ({killed}); what is finished is kept") from None
    finally:
        executor.shutdown(wait=False)


def versions() -> dict[str, str]:
    """What must be the same wherever a study is played."""
    return {"program": program_digest(), "python": ".".join(map(str, sys.version_info[:2])), **{name: version(name) for name in MUST_AGREE}}


def _agree(workers: Mapping[str, dict[str, Any]], address: str) -> None:
    if not workers:
        raise InputError(f"--scheduler: the scheduler at '{address}' has no workers; start some: dask worker {address}")
    own = versions()
    for place, theirs in workers.items():
        for name, value in own.items():
            if theirs.get(name) != value:
                raise InputError(f"--scheduler: the worker at {place} has {name} {theirs.get(name)}, but here it is {value}; allowed: the same everywhere")
