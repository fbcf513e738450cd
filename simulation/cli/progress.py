"""How far a long run is: a bar with the time left on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

EVERY_SECONDS = 10.0


@contextmanager
def progress(total: int, quiet: bool, what: str = "replications") -> Iterator[Callable[..., None]]:
    """A function to be called with the number of finished replications, or of other work, with the total where it has become another, and with a note."""
    if quiet:
        yield lambda number, total=total, note="": None
    elif sys.stderr.isatty():
        yield from _bar(total, what)
    else:
        yield _lines(total, what)


def _bar(total: int, what: str) -> Iterator[Callable[..., None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TextColumn("time left"), TimeRemainingColumn(), TextColumn("{task.fields[note]}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total, note="")
        yield lambda number, total=total, note="": bar.update(task, completed=number, total=total, note=note)


def _lines(total: int, what: str) -> Callable[..., None]:
    started = said = time.monotonic()

    def say(number: int, total: int = total, note: str = "") -> None:
        nonlocal said
        now = time.monotonic()
        if now - said >= EVERY_SECONDS and number < total:
            left = (now - started) / number * (total - number)
            print(f"{number} of {total} {what}, about {left:.0f} s left{note and f", {note}"}", file=sys.stderr, flush=True)
            said = now

    return say
