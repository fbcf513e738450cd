"""The same study on a real Dask cluster: a scheduler and two workers, each a process of its own on the loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulation import api
from simulation.errors import InputError
from simulation.studies.sweep import running

pytest.importorskip("distributed")

DESIGN: dict[str, Any] = {"settings": {"market.consumers": 300, "society.employees": 10, "society.departments": 2, "horizon.weeks": 1, "paid.cap": None, "run.engine": "agents"},
                          "method": "latin_hypercube", "points": 24, "replications": 2,
                          "vary": {"programme.enrolment_fraction": {"low": 0.1, "high": 0.9}, "paid.budget": {"low": 1600, "high": 2500}}}


class Cluster:
    """A scheduler and its workers."""

    def __init__(self, folder: Path, repository: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.address, self._folder = f"tcp://127.0.0.1:{port}", folder
        self._environment = {**os.environ, "PYTHONPATH": str(repository)}
        self.processes = [self._started("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")]

    def add_worker(self) -> subprocess.Popen[bytes]:
        """Start one more."""
        self.processes.append(self._started("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"))
        return self.processes[-1]

    def _started(self, *words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "dask", *words], cwd=self._folder, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait_for(self, workers: int) -> None:
        """Wait until so many workers are there."""
        from distributed import Client

        with Client(self.address, timeout="60s", set_as_default=False) as client:  # type: ignore[no-untyped-call]
            if workers:
                client.wait_for_workers(workers, timeout=60)


@pytest.fixture
def cluster(tmp_path: Path, repository: Path) -> Iterator[Cluster]:
    started = Cluster(tmp_path, repository)
    yield started
    for process in reversed(started.processes):
        process.kill()
        process.wait()


def test_a_cluster_gives_the_bytes_of_local_processes_also_when_a_worker_is_killed(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster.wait_for(0)
    with pytest.raises(InputError, match="has no workers; start some: dask worker"):
        api.sweep(DESIGN, tmp_path / "cluster", scheduler=cluster.address)
    victim, _ = cluster.add_worker(), cluster.add_worker()
    cluster.wait_for(2)
    with monkeypatch.context() as patched:
        patched.setattr(running, "program_digest", lambda: "another")
        with pytest.raises(InputError, match=r"the worker at .* has program .*, but here it is another; allowed: the same everywhere"):
            api.sweep(DESIGN, tmp_path / "cluster", scheduler=cluster.address)
    assert not (tmp_path / "cluster").exists()
    seen: list[int] = []

    def kill_one(done: int, total: int, failed: int) -> None:
        if not seen:
            victim.kill()
        seen.append(done)

    api.sweep(DESIGN, tmp_path / "cluster", scheduler=cluster.address, progress=kill_one)
    api.sweep(DESIGN, tmp_path / "local", workers=1)
    assert seen[-1] == 48
    assert victim.wait() != 0
    assert (tmp_path / "cluster" / "results.parquet").read_bytes() == (tmp_path / "local" / "results.parquet").read_bytes()


def test_a_cluster_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no Dask scheduler answers at 'tcp://127\.0\.0\.1:9'"):
        api.sweep(DESIGN, tmp_path / "out", scheduler="tcp://127.0.0.1:9")
    assert not (tmp_path / "out").exists()
