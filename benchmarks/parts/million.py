"""Ten thousand employees and a million consumers: time and memory of society, world and whole replication."""

from __future__ import annotations

import time
from typing import Any

from independent_cascade import peak_megabytes
from measuring import Row, Section, Table, alone, brief, cold_cache, progress, seconds

from parts.engines import exposures
from simulation.compiling import use_threads
from simulation.engines.compiled import CompiledModel
from simulation.engines.flights import plan_flights
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.studies.memory import needed
from simulation.studies.pool import Task, worker_count
from simulation.studies.replication import replicate

SECONDS, GIGABYTES = 5.0, 1.5


def setting(employees: int, consumers: int, weeks: int) -> Scenario:
    return load_scenario("baseline", [f"society.employees={employees}", f"market.consumers={consumers}", f"horizon.weeks={weeks}"])


def world(employees: int, consumers: int, weeks: int, rounds: int) -> dict[str, Any]:
    """In a fresh process: seconds of society, ads, and one world with both campaigns, the first time and again; memory after the first."""
    use_threads(worker_count(None))
    scenario = setting(employees, consumers, weeks)
    found: dict[str, Any] = {"society": [], "flights": [], "world": [], "started": peak_megabytes()}
    for turn in range(rounds):
        marks = [time.perf_counter()]
        luck = Luck(scenario.run.seed).replication(0)
        society = Society(scenario, luck)
        for platform in scenario.platforms.names():
            society.page_audiences(platform)
            society.audiences(platform)
        marks.append(time.perf_counter())
        if not turn:
            found |= {"after_society": peak_megabytes(), "ties": sum(society.audiences(platform).rows.followers.size for platform in scenario.platforms.names())}
        flights = plan_flights(scenario, society)
        marks.append(time.perf_counter())
        model = CompiledModel(scenario, luck=luck, society=society, flights=flights)
        model.run_model()
        record = model.record()
        marks.append(time.perf_counter())
        for name, before, after in zip(("society", "flights", "world"), marks, marks[1:], strict=False):
            found[name].append(after - before)
        if not turn:
            found |= {"after_world": peak_megabytes(), "exposures": exposures(record), "reach": model.reach()}
        del society, flights, model, record
    return found


def whole(employees: int, consumers: int, weeks: int) -> dict[str, float]:
    """In a fresh process: seconds and peak memory of one whole replication, all four worlds measured and compared; beside the estimate."""
    use_threads(worker_count(None))
    scenario = setting(employees, consumers, weeks)
    started = time.perf_counter()
    replicate(Task(scenario, 0, True))
    return {"seconds": time.perf_counter() - started, "megabytes": peak_megabytes(), "estimate": needed(scenario).total / 1e6}


def measure(quick: bool = False) -> Section:
    sizes = [(40, 2_000), (60, 4_000)] if quick else [(300, 300_000), (1_000, 1_000_000), (10_000, 1_000_000)]
    weeks, rounds = (1, 2) if quick else (13, 4)
    employees, consumers = sizes[-1]
    alone("parts.million", "whole", employees=20, consumers=4_000, weeks=1)
    progress(f"{employees:,} employees, {consumers:,} consumers: one world, {rounds} times")
    warm = alone("parts.million", "world", employees=employees, consumers=consumers, weeks=weeks, rounds=rounds)
    runs = {"warm cache": warm}
    with cold_cache() as cache:
        for name, kept in (("cold cache", False), ("kept on disk now", True), ("kept on disk before", True)):
            progress(f"the same, {name}")
            runs[name] = alone("parts.million", "world", cache=cache, kept=kept, employees=employees, consumers=consumers, weeks=weeks, rounds=1)
    memories = []
    for some, many in sizes:
        progress(f"a whole replication, {some:,} employees, {many:,} consumers")
        memories.append((some, many, alone("parts.million", "whole", employees=some, consumers=many, weeks=weeks)))
    return section(runs, memories, f"{employees:,} employees, {consumers:,} consumers, 3 platforms", weeks)


def section(runs: dict[str, dict[str, Any]], memories: list[tuple[int, int, dict[str, float]]], size: str, weeks: int) -> Section:
    warm = runs["warm cache"]
    first, gigabytes = warm["society"][0], warm["after_society"] / 1000
    worlds = [one + other for one, other in zip(warm["flights"], warm["world"], strict=True)]
    rows = [Row(f"{size}: society ready", f"{SECONDS:g} s or less, {GIGABYTES:g} GB or less",
                f"{brief(first)} s in a fresh process ({seconds(warm['society'][1:])} again), peak {gigabytes:.2f} GB", first <= SECONDS and gigabytes <= GIGABYTES),
            Row(f"the same, {weeks} weeks, paid and organic: one world", f"{SECONDS:g} s or less",
                f"{brief(worlds[0])} s the first time ({seconds(worlds[1:])} again), peak {warm['after_world'] / 1000:.2f} GB", worlds[0] <= SECONDS)]
    lines = [["", *(f"{name}, first in a process" if name == "warm cache" else name for name in runs), "again, warm cache", "peak memory so far, MB"]]
    peaks = {"society": warm["after_society"], "flights": None, "world": warm["after_world"]}
    names = {"society": "society, audiences of employees and pages", "flights": "ads bought", "world": f"world of {weeks} weeks, model to record"}
    for name, title in names.items():
        lines.append([title, *(f"{brief(each[name][0])} s" for each in runs.values()), seconds(warm[name][1:]), "" if peaks[name] is None else f"{peaks[name]:,.0f}"])
    checked = all(each[name] == warm[name] for name in ("ties", "exposures", "reach") for each in runs.values())
    text = (f"{warm['ties']:,} ties of employees listed, {warm['exposures']:,} exposures, {warm['reach']:,} people reached; "
            f"{'the same' if checked else 'NOT the same'} in all four runs. The society is made anew, except in the run that finds it kept on disk. With a cold cache, code is compiled first. "
            "Peak memory is the largest resident memory of the fresh process with a warm cache, "
            f"Python and libraries included ({warm['started']:,.0f} MB after importing them); "
            f"beyond these the society takes {(warm['after_society'] - warm['started']) * 1e6 / warm['ties']:.0f} bytes a tie at its peak. As many threads as cores may be used.")
    needs = [["employees", "consumers", "seconds", "peak, MB", "estimate, MB", "estimate against peak"]]
    for employees, consumers, each in memories:
        needs.append([f"{employees:,}", f"{consumers:,}", brief(each["seconds"]), f"{each['megabytes']:,.0f}", f"{each['estimate']:,.0f}", f"{brief(each['estimate'] / each['megabytes'])}x"])
    low = min(each["estimate"] / each["megabytes"] for _, _, each in memories)
    rows.append(Row("memory of a whole replication against the estimate that refuses what cannot fit", "reported", f"estimate {brief(low)}x the peak at least"))
    return Section("Ten thousand employees, a million consumers", text, rows, [
        Table(lines), Table(needs, "A whole replication, four worlds measured and compared with the chart of verdicts, in a fresh process; beside it what "
                                   "`simulation/studies/memory.py` expects before anything is built:")])
