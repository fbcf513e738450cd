"""How functions are compiled by Numba, and how long the machine code is valid.

Rules are written once, as elementwise functions; `rule` registers them, so that kernels may call the very same functions.
Numba's own cache looks at one file only, so it would serve old rules after an edit in another. Ours therefore lies in a folder
named after a digest of all sources, Python, Numba and the processor: an edit anywhere leads to another folder.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import llvmlite.binding
import numba
from numba.core import config as numba_config
from numba.extending import register_jitable

from simulation.keeping import cache_folder, digest_of_sources

STALE_DAYS = 14
_threads = 1
_config: Any = numba_config
_rules: set[Callable[..., Any]] = set()


def _features() -> str:
    """
    What the processor can do. LLVM would use half of the lanes of AVX-512, because early processors with it slowed down; keyed permutations
    take a third of the time with all of them.
    """
    features = _config.CPU_FEATURES or llvmlite.binding.get_host_cpu_features().flatten()
    return features if "prefer-256-bit" in features or "+avx512f" not in features else f"{features},-prefer-256-bit"


_config.CPU_FEATURES = _features()


def code_folder() -> Path:
    """Where the machine code of these sources for this machine is kept."""
    host = f"{sys.version} {numba.__version__} {llvmlite.binding.get_host_cpu_name()} {_config.CPU_FEATURES}"
    machine = hashlib.blake2b(host.encode(), digest_size=6).hexdigest()
    return cache_folder() / "compiled" / f"{digest_of_sources()}-{machine}"


def _kept_in() -> str | None:
    """The folder, made if it is not there yet and emptied of old neighbours; None where nothing can be written."""
    folder = code_folder()
    try:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True)
            for other in folder.parent.iterdir():
                if other != folder and time.time() - other.stat().st_mtime > STALE_DAYS * 86_400:
                    shutil.rmtree(other, ignore_errors=True)
        tempfile.TemporaryFile(dir=folder).close()  # else Numba would keep code beside the sources, where it may outlive an edit
        return str(folder)
    except OSError:
        return None


_FOLDER = _kept_in()


def kernel[Function: Callable[..., Any]](function: Function) -> Function:
    """Compile a function at its first call, keep the machine code, and let other threads run meanwhile."""
    before = _config.CACHE_DIR
    _config.CACHE_DIR = _FOLDER or before
    try:
        return cast("Function", numba.njit(nogil=True, error_model="numpy", cache=_FOLDER is not None)(function))
    finally:
        _config.CACHE_DIR = before


def rule[Function: Callable[..., Any]](function: Function) -> Function:
    """Let kernels call an elementwise function; from Python it stays what it is. Registering it again changes nothing."""
    if function not in _rules:
        register_jitable(error_model="numpy")(function)
        _rules.add(function)
    return function


def use_threads(number: int) -> None:
    """How many threads this process may use for work that is cut into pieces; 1 at first."""
    global _threads
    _threads = max(1, number)


def in_pieces(work: Callable[[int, int], Any], count: int, size: int) -> list[Any]:
    """`work(start, stop)` over `count` things in pieces of `size`, in as many threads as allowed; results in order."""
    edges = [(start, min(start + size, count)) for start in range(0, count, size)]
    if _threads == 1 or len(edges) == 1:
        return [work(*edge) for edge in edges]
    with ThreadPoolExecutor(_threads) as pool:
        return list(pool.map(lambda edge: work(*edge), edges))
