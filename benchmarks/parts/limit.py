"""How close delivery is to what memory allows: the calls of a real world played again, beside a bare reading of the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from measuring import Failed, Row, Section, Table, brief, clocked, median, progress, seconds

from parts.engines import played, prepared
from parts.million import setting
from simulation.behaviour.exposure import intensity
from simulation.compiling import kernel, rule
from simulation.engines import feeds
from simulation.engines.compiled import CompiledModel
from simulation.engines.delivery import Deliveries, Posts, deliver
from simulation.society.audiences import Live
from simulation.society.luck_kernels import folded, uniform

rule(intensity)
BYTES = 16
"""Of a tie: who, and the reception."""
READING, ASKING, DELIVERY = "bare reading of the same rows", "the same with one keyed number a tie", "delivery"
WRITING, CALLING = "bare writing of as many deliveries", "the calls of delivery, without a post in them"


class Call(NamedTuple):
    """What one call of `deliver` was given."""

    posts: Posts
    live: Live
    half_life_hours: float
    repeats: float
    until: float


@contextmanager
def overheard() -> Iterator[list[Call]]:
    """Everything that feeds hand over to `deliver` meanwhile."""
    calls: list[Call] = []

    def listening(posts: Posts, live: Live, half_life_hours: float, repeats: float, until: float, rows: Deliveries, count: int = 0) -> tuple[Deliveries, int]:
        calls.append(Call(posts, live, half_life_hours, repeats, until))
        return deliver(posts, live, half_life_hours, repeats, until, rows, count)

    feeds.deliver = listening
    try:
        yield calls
    finally:
        feeds.deliver = deliver


@kernel
def read(row: Any, starts: Any, people: Any, reception: Any) -> Any:
    """Read every tie of some rows and nothing else. Receptions are added up as whole numbers, so that no addition waits for the one before."""
    total = 0
    for place in range(row.size):
        for tie in range(starts[row[place]], starts[row[place] + 1]):
            total += people[tie] ^ reception[tie]
    return total


@kernel
def asked(posts: Any, live: Any) -> Any:
    """Ask every tie of some posts the first question, one keyed uniform each, and count who says yes."""
    count = 0
    for place in range(posts.key.size):
        key, level, appeal, row = folded(posts.key[place], 1), posts.level[place], posts.appeal[place], posts.row[place]
        for tie in range(live.starts[row], live.starts[row + 1]):
            count += uniform(key, live.people[tie]) < intensity(level, appeal, live.reception[tie])
    return count


@kernel
def written(rows: Any, count: Any) -> Any:
    """Write as many deliveries, whatever they say."""
    for place in range(count):
        rows.post[place], rows.person[place], rows.hours[place], rows.showings[place], rows.number[place] = place, place, place, 1, 1
    return count


def readers(calls: list[Call]) -> Callable[[], int]:
    """A bare reading of all rows, in the order of the posts."""
    columns = [(call.posts.row, call.live.starts, call.live.people, call.live.reception.view(np.int64)) for call in calls]

    def work() -> int:
        return sum(int(read(*each)) for each in columns)
    return work


def replayed(calls: list[Call], room: Deliveries) -> int:
    """All deliveries again; returns how many."""
    rows, count = room, 0
    for call in calls:
        rows, count = deliver(*call, rows, count)
    if rows.post is not room.post:
        raise Failed("the room was too small, so growing it would be timed")
    return count


def ties_of(calls: list[Call]) -> int:
    """Ties that a delivery has to look at."""
    return sum(int((call.live.starts[call.posts.row + 1] - call.live.starts[call.posts.row]).sum()) for call in calls)


def summed(calls: list[Call]) -> int:
    """What the bare reading must find, by NumPy."""
    total = 0
    for call in calls:
        mixed = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(call.live.people ^ call.live.reception.view(np.int64))))
        total += int((mixed[call.live.starts[call.posts.row + 1]] - mixed[call.live.starts[call.posts.row]]).sum())
    return total


def measure(quick: bool = False) -> Section:
    size, rounds = ({"employees": 40, "consumers": 4_000, "weeks": 1}, 2) if quick else ({"employees": 10_000, "consumers": 1_000_000, "weeks": 13}, 7)
    progress("a world whose deliveries are played again")
    with overheard() as calls:
        record = played(CompiledModel, prepared(setting(**size).replace(paid__enabled=False)))
    certain = int(record.deliveries.share.size)
    room = Deliveries.room(certain + 1024)
    empty = [call._replace(posts=Posts._make(column[:0] for column in call.posts)) for call in calls]
    work: dict[str, Callable[[], int]] = {READING: readers(calls), ASKING: lambda: sum(int(asked(call.posts, call.live)) for call in calls), DELIVERY: lambda: replayed(calls, room),
                                          WRITING: lambda: int(written(room, certain)), CALLING: lambda: replayed(empty, room)}
    taken: dict[str, list[float]] = {name: [] for name in work}
    answers = {name: each() for name, each in work.items()}
    for turn in range(rounds):
        progress(f"reading and delivering, {turn + 1} of {rounds}")
        for name, each in work.items():
            spent, answer = clocked(each)
            taken[name].append(spent)
            if answer != answers[name]:
                raise Failed(f"{name} came out otherwise the second time")
    if answers[DELIVERY] != certain:
        raise Failed(f"{answers[DELIVERY]:,} deliveries were played again of {certain:,}")
    if (answers[READING] - summed(calls)) % (1 << 64):
        raise Failed("the bare reading did not read the same rows")
    return section(taken, ties_of(calls), certain, sum(call.posts.key.size for call in calls), len(calls), size)


def section(taken: dict[str, list[float]], ties: int, deliveries: int, posts: int, calls: int, size: dict[str, int]) -> Section:
    lines = [["", "seconds", "ns a tie looked at", "ns a delivery", "GB a second", "against the bare reading"]]
    bare, hashed, whole = (median(taken[name]) for name in (READING, ASKING, DELIVERY))
    for name, values in taken.items():
        each = median(values)
        lines.append([name, seconds(values), brief(each / ties * 1e9), brief(each / max(deliveries, 1) * 1e9), brief(ties * BYTES / each / 1e9) if name in (READING, ASKING, DELIVERY) else "", f"{brief(each / bare)}x"])
    row = Row("limit: delivery of posts against a bare reading of the same addresses", "as close as the keyed number of each tie allows; reported",
              f"{brief(whole / bare)}x the bare reading ({brief(whole / ties * 1e9)} against {brief(bare / ties * 1e9)} ns a tie); the reading with one keyed number a tie takes {brief(hashed / bare)}x")
    text = (f"{posts:,} posts in {calls:,} calls, from a world of {size['employees']:,} employees, {size['consumers']:,} consumers and {size['weeks']} weeks without ads: {ties:,} ties are looked at, "
            f"{deliveries:,} deliveries come of them. One thread. The bare reading goes through the same rows of people and receptions in the same order and adds them up; "
            "its sum was checked, and playing the calls again gave as many deliveries as the world. The line below it says what the definition costs: "
            "every tie has a keyed number of its own, which is compared with the tie's intensity. What delivery takes beyond that comes with each delivery: further keyed numbers and logarithms "
            "for its clocks, its time and its showings, and writing it. Writing alone, and starting the calls from Python, are the last two lines.")
    return Section("The limit", text, [row], [Table(lines)])
