"""All ties of a million people drawn to arrays, beside libraries that grow a simpler graph of the same size."""

from __future__ import annotations

import sys
import time
from typing import Any

import families
import independent_cascade
import numpy as np
from measuring import Row, Section, Table, alone, brief, cold_cache, median, progress, seconds

from simulation.compiling import use_threads
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.society.drawing import draw_people
from simulation.society.foci import FociTies
from simulation.society.follows import EMPLOYEES
from simulation.society.luck import Luck
from simulation.society.society import Society

GOAL = 2.5
PLATFORM = "facebook"
LOOKED_UP = 200
"""People whose row is compared with the followers listed for them alone."""


def setting(consumers: int, followers_median: float) -> Scenario:
    """Facebook alone, with few enough contacts for 20 on average."""
    return load_scenario("baseline", [f"market.consumers={consumers}", "market.contacts_in_market_fraction=0.3", "society.employees=10", "platforms.linkedin=null", "platforms.twitter=null",
                                      f"platforms.facebook.followers_median={followers_median}", "paid.enabled=false"])


def drawn(consumers: int, followers_median: float, rounds: int, threads: int) -> dict[str, Any]:
    """In a fresh process: seconds of the first drawing and of later ones, with the checks."""
    use_threads(threads)
    scenario = setting(consumers, followers_median)
    ties = Society(scenario, Luck(scenario.run.seed).replication(0)).ties
    assert isinstance(ties, FociTies)
    tying, people = ties._tying[PLATFORM], ties.people
    first, again, processor = 0.0, [], []
    for turn in range(rounds + 1):
        started, spent = time.perf_counter(), time.process_time()
        starts, followers = draw_people(tying, ties._blocks, ties._identity_of.cells, people)
        if turn:
            again.append(time.perf_counter() - started)
            processor.append(time.process_time() - spent)
        else:
            first, peak = time.perf_counter() - started, independent_cascade.peak_megabytes()
    pairs = sum(pairs_of(people, int(ties._blocks[kind]["size"])) for kind in np.flatnonzero(tying.densities > 0))
    return {"first": first, "again": again, "processor": processor, "people": people, "ties": int(followers.size), "pairs": pairs, "megabytes": peak,
            "rows_alike": rows_alike(ties, starts, followers)}


def pairs_of(people: int, size: int) -> int:
    """Unordered pairs of members of the foci of one kind."""
    whole, rest = divmod(people, size)
    return whole * (size * (size - 1) // 2) + rest * (rest - 1) // 2


def rows_alike(ties: FociTies, starts: Any, followers: Any) -> bool:
    """Whether the rows of some people are the followers that are listed for them alone."""
    people = np.linspace(0, ties.people - 1, LOOKED_UP).astype(np.int64)
    listed = ties.followers(PLATFORM, people)
    rows = [listed.row(place) for place in range(people.size)]
    return all(np.array_equal(row[row < EMPLOYEES], followers[starts[person] : starts[person + 1]]) for person, row in zip(people.tolist(), rows, strict=True))


def measure(quick: bool = False) -> Section:
    given = {"consumers": 3_000 if quick else 300_000, "followers_median": 11.5, "rounds": 1 if quick else 5}
    alone("parts.drawing", "drawn", **(given | {"consumers": 3_000, "rounds": 1}), threads=2)
    found = {}
    for threads in (2, 1):
        progress(f"drawing {given['consumers'] / 0.3:,.0f} people, threads: {threads}")
        found[threads] = alone("parts.drawing", "drawn", **given, threads=threads)
    progress("the same with a cold cache")
    with cold_cache() as cache:
        cold = alone("parts.drawing", "drawn", cache=cache, **(given | {"rounds": 0}), threads=2)["first"]
    peers = []
    for library in ("ours", "rustworkx", "networkx"):
        progress(f"Barabási–Albert by {library}")
        peers.append(families.measure(library, "barabasi_albert", found[2]["people"], 600.0, sys.executable))
    return section(found, cold, peers)


def section(found: dict[int, dict[str, Any]], cold: float, peers: list[families.Row]) -> Section:
    both, one = found[2], found[1]
    spent, people, ties = median(both["again"]), both["people"], both["ties"]
    alike = both["rows_alike"] and one["rows_alike"] and one["ties"] == ties
    row = Row(f"{people:,} people, mean degree {ties / people:.1f}, shared foci, all ties drawn to arrays, 2 threads", f"{GOAL:g} s or less",
              f"{seconds(both['again'])}; {ties / spent / 1e6:.1f} million ties a second" + ("" if alike else "; rows differ from those listed one by one"), alike and spent <= GOAL)
    lines = [["", "2 threads", "1 thread"]]
    for name, value in (("first in a process, warm cache", lambda each: f"{brief(each['first'])} s"), ("again", lambda each: seconds(each["again"])),
                        ("processor", lambda each: seconds(each["processor"])), ("million ties a second", lambda each: brief(each["ties"] / median(each["again"]) / 1e6)),
                        ("million pairs examined a second", lambda each: brief(each["pairs"] / median(each["again"]) / 1e6)), ("peak memory, MB", lambda each: f"{each['megabytes']:,.0f}")):
        lines.append([name, value(both), value(one)])
    lines.append(["first in a process, cold cache", f"{brief(cold)} s", ""])
    beside = [["library, graph", "processor seconds", "this recipe against it"]]
    own = median(one["processor"])
    for peer in peers:
        name = f"{'this project' if peer.library == 'ours' else peer.library}, Barabási–Albert"
        beside.append([name, peer.reason, ""] if peer.seconds is None else [name, brief(peer.seconds), f"{brief(own / peer.seconds)}x the time"])
    text = (f"{ties:,} entries in the rows: every tie is in two of them. {both['pairs']:,} pairs of members were examined, each by one keyed uniform number. "
            f"Rows of {LOOKED_UP} people are {'equal to' if alike else 'NOT equal to'} the followers that are listed for each of them alone.")
    return Section("Drawing all ties", text, [row], [
        Table(lines), Table(beside, "Libraries have no such recipe. Beside it stands the graph that they grow with as many people and about as many ties, but without foci, "
                                    "clustering or given degrees; so this compares sizes, not the same work. Processor seconds of one thread, memory and conversion left out:")])
