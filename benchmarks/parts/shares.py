"""Where time goes: a replication of the comparison by part, and one large world by stage and by function."""

from __future__ import annotations

import cProfile
import pstats
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from default_compare import stages
from measuring import Section, Table, brief, median, progress, seconds

from parts.command import SMALL
from parts.engines import prepared
from parts.million import setting
from simulation.behaviour.schedule import STAGES
from simulation.compiling import use_threads
from simulation.engines.compiled import CompiledModel
from simulation.engines.flights import plan_flights
from simulation.engines.world import WORLDS
from simulation.studies.pool import worker_count

LISTED = 10


def watched(model: CompiledModel) -> dict[str, float]:
    """Let a model add up the seconds of each of its stages; returns the sums, which grow while it runs."""
    spent = dict.fromkeys((stage.name for stage in STAGES), 0.0)

    def watch(name: str, work: Callable[[], None]) -> Callable[[], None]:
        def timed() -> None:
            started = time.perf_counter()
            work()
            spent[name] += time.perf_counter() - started
        return timed

    for name in spent:
        setattr(model, name, watch(name, getattr(model, name)))
    return spent


def world_stages(employees: int, consumers: int, weeks: int) -> dict[str, float]:
    """Seconds of each part of one world with both campaigns, from listed audiences to the record."""
    stage = prepared(setting(employees, consumers, weeks).replace(paid__enabled=False))
    scenario = setting(employees, consumers, weeks)
    marks = [time.perf_counter()]
    flights = plan_flights(scenario, stage.society)
    marks.append(time.perf_counter())
    model = CompiledModel(scenario, WORLDS["both"], luck=stage.luck, society=stage.society, flights=flights)
    marks.append(time.perf_counter())
    spent = watched(model)
    model.run_model()
    marks.append(time.perf_counter())
    model.record()
    marks.append(time.perf_counter())
    return {"flights": marks[1] - marks[0], "model": marks[2] - marks[1], **spent, "record": marks[4] - marks[3]}


def functions(employees: int, consumers: int, weeks: int) -> list[tuple[str, int, float]]:
    """Functions of one world by time of their own: name, calls, seconds. Compiled code counts for the function that calls it."""
    stage = prepared(setting(employees, consumers, weeks))
    profile = cProfile.Profile()
    profile.enable()
    model = CompiledModel(stage.scenario, luck=stage.luck, society=stage.society, flights=stage.flights)
    model.run_model()
    model.record()
    profile.disable()
    table: dict[Any, Any] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    own = sorted(((values[2], values[1], place) for place, values in table.items()), reverse=True)[:LISTED]
    return [(said(place), calls, spent) for spent, calls, place in own]


def said(place: tuple[str, int, str]) -> str:
    """A function as file and name."""
    file, _, name = place
    return name if file == "~" else f"{Path(file).stem}.py: {name}"


def measure(quick: bool = False) -> Section:
    settings, rounds = (SMALL, 1) if quick else ((), 5)
    size = {"employees": 40, "consumers": 4_000, "weeks": 1} if quick else {"employees": 10_000, "consumers": 1_000_000, "weeks": 13}
    progress("a replication of the comparison, part by part")
    stages(100, settings)
    played = [stages(101 + number, settings) for number in range(rounds)]
    use_threads(worker_count(None))
    progress("one large world, stage by stage")
    worlds = [world_stages(**size) for _ in range(2 if quick else 4)][1:]
    progress("one large world, function by function")
    return section(played, worlds, functions(**size), size)


def section(played: list[dict[str, float]], worlds: list[dict[str, float]], profile: list[tuple[str, int, float]], size: dict[str, int]) -> Section:
    told = f"{size['employees']:,} employees, {size['consumers']:,} consumers, {size['weeks']} weeks"
    lines = [["function", "calls", "seconds of its own"]] + [[f"`{name}`", f"{calls:,}", brief(spent)] for name, calls, spent in profile]
    return Section("Where time goes", "Every part is timed by clocks around it, one process, medians; whatever has to be compiled was compiled before.", [], [
        Table(parts(played), "One replication of the default comparison, one thread; the chart of verdicts, which only the first two replications have, is left out:"),
        Table(parts(worlds), f"One world with both campaigns, {told}, no consumer's contacts listed yet; as many threads as cores; stages are those of the model's schedule:"),
        Table(lines, "The same world (ads bought before) under Python's profiler, which slows it down a little; compiled code counts for the Python function that calls it:")])


def parts(found: list[dict[str, float]]) -> list[list[str]]:
    """Seconds and share of each part, largest not first but in their order."""
    total = sum(median([each[name] for each in found]) for name in found[0])
    lines = [["part", "seconds", "share"]]
    for name in found[0]:
        values = [each[name] for each in found]
        lines.append([name.replace("_", " "), seconds(values), f"{median(values) / total:.0%}"])
    return [*lines, ["together", f"{brief(total)} s", "100%"]]
