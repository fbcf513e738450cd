"""Societies kept on disk, by all that they are made of: made once, then mapped by every process that needs them.

Each lies in a folder of its own, named after a digest of its origin, with one file an array. Folders are filled under another
name and renamed, so that there is never half a society; sizes and checksums are looked at before anything is believed, and
whatever is wrong is made again. Nothing here is needed to be right, only to be quick: without a place to write, societies are
made as if nothing were kept. NumPy is imported when an array is read or written, so that `advocacy cache` starts at once.
"""

from __future__ import annotations

import errno
import hashlib
import io
import json
import logging
import math
import os
import re
import secrets
import shutil
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from simulation.errors import InputError
from simulation.keeping import COMPILED_FROM, cache_folder, digest_of_sources

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simulation.inputs.network_file import NetworkFile
    from simulation.inputs.parameters import Scenario

type Arrays = dict[str, NDArray[Any]]
type Key = Mapping[str, Any]

LEAST_TIES = 1_000_000
"""Ties from which on they are kept. A million take 0.15 to 0.3 s to list, some 0.07 s to write and 0.01 s to check and map."""

HASHED, GENERATED = 5, 10
"""People who are asked whether they follow a page, and ties of a family that are generated, in the time in which one tie is listed."""

LIMIT_GB = 4.0
"""Gigabytes of societies that are kept, unless `$ADVOCACY_CACHE_GB` says otherwise; the least recently used go first."""

MOST_GB = 1_000_000.0
PART_OF_FREE = 0.5
"""Part of the free space that one society may take: what is left is for results."""

ABANDONED_SECONDS = 3600.0
"""Age from which a folder that was never finished is taken for what a killed process left."""

MANIFEST = "manifest.json"
MADE_FROM = (*COMPILED_FROM, "inputs")
"""Files and folders of the package that decide what a society is."""

ON_TIES = ("follows", "followers_median", "followers_log_sd", "following_log_sd", "composition")
"""Settings of a platform that decide who follows whom there."""

LEAVE_TIES: dict[str, Any] = {
    **dict.fromkeys(("title", "purpose", "sources", "currency", "price_year", "horizon", "programme", "paid", "run"), True),
    "page": {"enabled", "posts_per_week"},
    "behaviour": {"affinity_shape", "topic_lift", "monthly_sharers_fraction", "posting_shape", "offered_share_probability", "response_hours", "segments",
                  "critical_fraction", "manager_lift", "privacy_fraction", "privacy_penalty", "topic_match", "peer_influence", "peer_days", "fatigue_per_share",
                  "fatigue_half_life_days", "connected_fraction", "engagement_per_share", "engagement_half_life_days", "engagement_sd", "habit_gain",
                  "habit_half_life_days", "incident_fraction", "training_effect"},
}
"""Keys that decide neither ties nor levels nor who is listed where; what employees are like, and everything that happens, may depend on them."""

PIECE = 1 << 20
NAME = re.compile(r"[0-9a-f]{32}")
NOT_ITS_FAULT = {errno.EACCES, errno.EPERM, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
"""Errors of the system that say nothing about the file."""

UNFINISHED = re.compile(r"\.[0-9a-f]{32}\.(new|old)-[0-9a-f]{8}")
_log = logging.getLogger(__name__)


class KeptSociety(NamedTuple):
    """A folder of the store, as it lies there."""

    folder: Path
    what: str
    bytes: int
    made: float
    """When it was made, in seconds since 1970."""
    used: float
    """When it was last used."""
    current: bool
    """Whether the code that made it is the code as it stands."""


class _DamagedError(Exception):
    """A folder does not hold what its manifest says; the message says how."""


def origin(scenario: Scenario, luck: int, departments: NDArray[Any], file: NetworkFile | None) -> dict[str, Any]:
    """
    What decides who is tied to whom, beside the settings of the platforms.

    Parameters
    ----------
    luck : seed of the replication
    departments : department of each employee
    file : a network of one's own as it was read, so that no later edit of the file can be mistaken for it
    """
    society = scenario.society
    return {"luck": luck, "people": scenario.people, "employees": society.employees, "departments": _digest(departments.tobytes()),
            "assortment": society.assortment, "shared_circle_fraction": society.shared_circle_fraction,
            "network": society.network.model_dump(exclude={"file", "attributes"}),
            "file": None if file is None else _digest(file.pairs.tobytes(), json.dumps(file.labels).encode())}


def ties_of(scenario: Scenario) -> dict[str, Any]:
    """What decides who follows whom, platform by platform."""
    return {name: platform.model_dump(include=set(ON_TIES)) for name, platform in scenario.platforms.items()}


def reception_of(scenario: Scenario, platform: str) -> dict[str, Any]:
    """What decides how much followers on a platform are shown, beside the ties."""
    behaviour = scenario.behaviour
    return {"active_fraction": dict(scenario.platforms.items())[platform].active_fraction, "activity_shape": behaviour.activity_shape,
            "activity_correlation": behaviour.activity_correlation, "divided_attention": behaviour.divided_attention}


def same_ties(one: Scenario, two: Scenario) -> bool:
    """Whether two scenarios, on the same luck, have the same ties, levels, audiences and panel, so that `Society.again` may be used."""
    return one.model_dump(exclude=LEAVE_TIES) == two.model_dump(exclude=LEAVE_TIES)


def worth_keeping(ties: float) -> bool:
    """Whether ties, so many that would have to be listed, are quicker to map than to list."""
    return ties >= LEAST_TIES


def kept(what: str, key: Key, make: Callable[[], Arrays]) -> Arrays:
    """
    Arrays as they are kept, or made now and kept for the next.

    Parameters
    ----------
    what : what they are, in words
    key : all that decides them, beside the code; anything that JSON can say
    make : makes them

    Returns
    -------
    arrays that are mapped from files: processes share the memory, and what one writes into them is seen by no other

    Raises
    ------
    InputError
        `$ADVOCACY_CACHE_GB` is no size.
    """
    limit = limit_bytes()
    if not limit:
        return make()
    folder = folder_of(what, key)
    found = _found(folder)
    if found is None:
        made = make()
        if _write(folder, what, made, limit):
            _make_room(limit, folder)
        found = _found(folder) or made
    return found


def folder_of(what: str, key: Key) -> Path:
    """Where the arrays of a key are, or would be."""
    text = json.dumps({"what": what, "key": key, "sources": _sources()}, sort_keys=True, allow_nan=False)
    return store_folder() / _digest(text.encode())


def store_folder() -> Path:
    """The folder of all kept societies."""
    return cache_folder() / "societies"


def limit_bytes() -> int:
    """Bytes that kept societies may take together: `$ADVOCACY_CACHE_GB` gigabytes, else the default; 0 keeps none."""
    given = os.environ.get("ADVOCACY_CACHE_GB") or str(LIMIT_GB)
    try:
        gigabytes = float(given)
    except ValueError:
        gigabytes = math.nan
    if not 0 <= gigabytes <= MOST_GB:
        raise InputError(f"$ADVOCACY_CACHE_GB: given '{given}'; allowed: gigabytes for kept societies, 0 (keep none) to {MOST_GB:,.0f}")
    return int(gigabytes * 1e9)


def societies() -> list[KeptSociety]:
    """Everything in the store, least recently used first, with what killed processes left."""
    try:
        folders = [path for path in store_folder().iterdir() if NAME.fullmatch(path.name) or UNFINISHED.fullmatch(path.name)]
    except OSError:
        return []
    return sorted(filter(None, map(_described, folders)), key=lambda each: (each.used, each.folder.name))


def remove(folder: Path) -> bool:
    """Take a folder out of the store, at once for everybody else; processes that have mapped its files keep them. False where that is not allowed."""
    gone = _beside(folder, "old") if NAME.fullmatch(folder.name) else folder
    try:
        folder.rename(gone)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    shutil.rmtree(gone, ignore_errors=True)
    return not gone.exists()


@lru_cache(maxsize=1)
def _sources() -> str:
    """The code that this process runs."""
    return digest_of_sources(parts=MADE_FROM)


def _digest(*parts: bytes) -> str:
    """A name for some bytes."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def _beside(folder: Path, part: str) -> Path:
    """A name of one's own beside a folder, for what is not there yet or no longer."""
    return folder.with_name(f".{folder.name}.{part}-{secrets.token_hex(4)}")


def _found(folder: Path) -> Arrays | None:
    """The arrays of a folder, marked as used; None where there are none, or damaged ones, which are removed."""
    if not os.path.isdir(folder):
        return None
    try:
        arrays = _mapped(folder)
    except _DamagedError as damage:
        if os.path.isdir(folder):
            _log.warning("advocacy: a kept society was damaged (%s) and is made again", damage)
            remove(folder)
        return None
    except OSError:
        return None
    with suppress(OSError):
        os.utime(folder)
    return arrays


def _mapped(folder: Path) -> Arrays:
    """Map all arrays of a folder, once sizes and checksums are found right; an `OSError` says that it cannot be told."""
    try:
        parts = _manifest(folder)["arrays"]
        return {part["name"]: _array(folder / f"{number}.npy", part) for number, part in enumerate(parts)}
    except (OSError, ValueError, TypeError, KeyError) as error:
        if isinstance(error, OSError) and error.errno in NOT_ITS_FAULT:
            raise
        raise _DamagedError(f"{folder.name}: {str(error) or type(error).__name__}") from None


def _array(path: Path, part: dict[str, Any]) -> NDArray[Any]:
    """Map one array, copied on writing, so that it looks to compiled code like any other."""
    import numpy as np

    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size != part["bytes"]:
            raise ValueError(f"{path.name} has {size:,} bytes instead of {part['bytes']:,}")
        if _checksum(file) != part["crc32"]:
            raise ValueError(f"{path.name} has other contents than were written")
    array = np.asarray(np.load(path, mmap_mode="c", allow_pickle=False))
    if list(array.shape) != part["shape"] or array.dtype.str != part["dtype"]:
        raise ValueError(f"{path.name} is {array.dtype.str} {list(array.shape)} instead of {part['dtype']} {part['shape']}")
    return array


def _checksum(file: io.BufferedReader) -> int:
    """Checksum of a file. It is read and not mapped: what a disk cannot read is then an error and not the end of the process."""
    buffer, found = memoryview(bytearray(PIECE)), 0
    while size := file.readinto(buffer):
        found = zlib.crc32(buffer[:size], found)
    return found


def _manifest(folder: Path) -> dict[str, Any]:
    """What a folder says about itself, checked."""
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    if not isinstance(manifest, dict) or manifest.pop("crc32", None) != _checksum_of(manifest):
        raise ValueError(f"{MANIFEST} has other contents than were written")
    return manifest


def _checksum_of(manifest: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(manifest, sort_keys=True).encode())


def _write(folder: Path, what: str, arrays: Arrays, limit: int) -> bool:
    """Keep arrays, if there is room and nobody was quicker; says whether it was done."""
    size, fresh = sum(array.nbytes for array in arrays.values()), _beside(folder, "new")
    if size > limit:
        return False
    try:
        fresh.mkdir(parents=True)
        _sweep(folder.parent)
        if size > shutil.disk_usage(fresh).free * PART_OF_FREE:
            return False
        parts = [_written(fresh / f"{number}.npy", name, array) for number, (name, array) in enumerate(arrays.items())]
        manifest = {"what": what, "made": time.time(), "sources": _sources(), "arrays": parts}
        (fresh / MANIFEST).write_text(json.dumps({**manifest, "crc32": _checksum_of(manifest)}, indent=1), encoding="utf-8")
        fresh.rename(folder)
    except OSError:
        return False
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return True


class _Summing:
    """A file for `np.save` that adds up what goes into it."""

    def __init__(self, file: io.BufferedWriter) -> None:
        self._file = file
        self.bytes, self.crc32 = 0, 0

    def write(self, data: bytes) -> int:
        """Write, and add up."""
        self.bytes, self.crc32 = self.bytes + len(data), zlib.crc32(data, self.crc32)
        return self._file.write(data)


def _written(path: Path, name: str, array: NDArray[Any]) -> dict[str, Any]:
    """Write an array; returns its entry in the manifest."""
    import numpy as np

    with path.open("wb") as file:
        summing = _Summing(file)
        np.save(summing, array, allow_pickle=False)
    return {"name": name, "shape": list(array.shape), "dtype": array.dtype.str, "bytes": summing.bytes, "crc32": summing.crc32}


def _make_room(limit: int, latest: Path) -> None:
    """Remove what was not used for longest until the rest is within the limit; never the latest."""
    found = societies()
    total = sum(each.bytes for each in found)
    for each in found:
        if total > limit and each.folder != latest and NAME.fullmatch(each.folder.name) and remove(each.folder):
            total -= each.bytes


def _sweep(store: Path) -> None:
    """Remove what killed processes left."""
    for path in store.glob(".*"):
        with suppress(OSError):
            if UNFINISHED.fullmatch(path.name) and time.time() - path.stat().st_mtime > ABANDONED_SECONDS:
                shutil.rmtree(path, ignore_errors=True)


def _described(folder: Path) -> KeptSociety | None:
    """What lies in a folder; None if it has gone meanwhile."""
    try:
        used, size = folder.stat().st_mtime, sum(file.stat().st_size for file in os.scandir(folder))
    except OSError:
        return None
    if UNFINISHED.fullmatch(folder.name):
        return KeptSociety(folder, "unfinished", size, used, used, False)
    try:
        manifest = _manifest(folder)
        return KeptSociety(folder, str(manifest["what"]), size, float(manifest["made"]), used, manifest["sources"] == _sources())
    except (OSError, ValueError, TypeError, KeyError):
        return KeptSociety(folder, "damaged", size, used, used, False)
