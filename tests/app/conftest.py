"""What tests of the page share: a tiny scenario as a side, and a backstage that plays in this process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from typing import Any

import pytest

import simulation.app.backstage as module
from simulation.app.backstage import Backstage
from simulation.app.sides import Side
from simulation.compiling import use_threads

SMALL = {"society.employees": 20, "society.departments": 2, "market.consumers": 3000, "horizon.weeks": 2, "run.replications": 2, "paid.budget": 400.0, "paid.cost.creative": 50.0}


class AtOnce(Executor):
    """Does what it is asked to before it answers."""

    def __init__(self, workers: int, patience: int) -> None:
        self.workers = workers

    def submit[**P, T](self, do: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(do(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Slowly(Executor):
    """Keeps what it is asked to do until `do_one` is called."""

    def __init__(self, workers: int, patience: int) -> None:
        self.waiting: list[tuple[Future[Any], Callable[[], Any]]] = []

    def submit[**P, T](self, do: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        self.waiting.append((future, lambda: do(*args, **kwargs)))
        return future

    def do_one(self) -> None:
        future, do = self.waiting.pop(0)
        try:
            future.set_result(do())
        except Exception as error:
            future.set_exception(error)


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Streamlit plays a script as `__main__` and leaves it there, where processes that start later would look for it."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(scope="session")
def small() -> Side:
    """A firm of 20 and a market of 3,000, for two weeks."""
    return Side("baseline", tuple(SMALL.items()))


@pytest.fixture(scope="session")
def at_once() -> type[AtOnce]:
    """Makes what plays in this process."""
    use_threads(1)
    return AtOnce


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[Backstage]:
    """The backstage of the process, playing in it."""
    use_threads(1)
    stage = Backstage(2, AtOnce)
    monkeypatch.setattr(module, "_standing", stage)
    yield stage
    stage.close()


@pytest.fixture
def slow() -> tuple[Backstage, dict[int, Slowly]]:
    """A backstage whose processes do nothing by themselves, and these: of previews at patience 0, of whole scenarios above."""
    use_threads(1)
    pools: dict[int, Slowly] = {}

    def make(workers: int, patience: int) -> Slowly:
        return pools.setdefault(patience, Slowly(workers, patience))

    return Backstage(2, make), pools
