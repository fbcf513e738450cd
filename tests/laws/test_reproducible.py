"""The same seed gives the same bytes, whatever the process and however many workers."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from simulation.engines.record import Record
from simulation.inputs.parameters import Scenario

CODE = """
import hashlib, json
from simulation.api import compare
if __name__ == "__main__":
    told = []
    result = compare("baseline", settings={settings!r}, progress=told.append)
    assert told == [1, 2] and result.complete
    text = json.dumps(result.summary()) + result.to_dataframe().to_csv() + result.frequency().to_csv()
    print(hashlib.sha256(text.encode()).hexdigest())
"""
SETTINGS = ["society.employees=20", "society.departments=3", "market.consumers=500", "horizon.weeks=1", "paid.budget=1510", "paid.cap=null", "run.replications=2"]


def summary_of(workers: int, hash_seed: int, seed: int, folder: str) -> str:
    """Digest of what a fresh process finds; a file, since workers are spawned."""
    path = os.path.join(folder, f"play_{workers}_{hash_seed}_{seed}.py")
    with open(path, "w", encoding="utf-8") as file:
        file.write(CODE.format(settings=[*SETTINGS, f"run.workers={workers}", f"run.seed={seed}"]))
    environment = {**os.environ, "PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": os.getcwd()}
    done = subprocess.run([sys.executable, path], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_one_worker_and_two_find_the_same_bytes_in_fresh_processes(tmp_path: object, repository: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(repository))
    one, two = (summary_of(*case, str(tmp_path)) for case in ((1, 1, 2016), (2, 77, 2016)))
    assert one == two
    assert len(one) == hashlib.sha256().digest_size * 2


def test_another_replication_is_another_world(firm: Scenario, play: Callable[..., Record], reached: Callable[..., set[int]]) -> None:
    assert reached(play(firm, "advocacy", 0)) != reached(play(firm, "advocacy", 1))
