"""Where things that took long to make are kept on this machine: compiled code and societies. Everything here can be made again."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).resolve().parent
COMPILED_FROM = ("compiling.py", "behaviour", "society", "engines", "measures", "studies/twin_kernels.py")
"""Files and folders of the package that compiled code and kept societies can depend on."""


def cache_folder() -> Path:
    """The folder of everything kept: `$ADVOCACY_CACHE`, else this user's cache folder."""
    given = os.environ.get("ADVOCACY_CACHE")
    return Path(given) if given else Path(platformdirs.user_cache_dir("advocacy-reach", appauthor=False))


def digest_of_sources(root: Path = PACKAGE, parts: tuple[str, ...] = COMPILED_FROM) -> str:
    """A name for the code as it stands: any edit in any of its files gives another one."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        place = root / part
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()
