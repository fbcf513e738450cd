"""What compiling costs: each kind of work the first time with a cold cache of compiled code, the first time with a warm one, and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from measuring import Row, Section, Table, alone, brief, clocked, cold_cache, progress

from parts.drawing import PLATFORM, setting
from parts.engines import played, prepared
from simulation.engines.cascade import independent_cascade
from simulation.engines.compiled import CompiledModel
from simulation.engines.model import AdvocacyModel
from simulation.inputs.scenario import load_scenario
from simulation.society.luck import Luck
from simulation.society.society import Society


def first_and_again(employees: int, consumers: int, weeks: int) -> dict[str, list[float]]:
    """In a fresh process: seconds of each kind of work, twice; each finds compiled what those before it needed."""
    scenario = load_scenario("baseline", [f"society.employees={employees}", f"market.consumers={consumers}", f"horizon.weeks={weeks}"])
    kept: dict[str, Any] = {}

    def draw() -> None:
        small = setting(consumers, 11.5)
        kept["ties"] = Society(small, Luck(small.run.seed).replication(0)).ties.everybody(PLATFORM)  # type: ignore[attr-defined]

    def stage() -> None:
        kept["stage"] = prepared(scenario)

    def cascade() -> None:
        rows = kept["ties"]
        below = rows.followers[: rows.starts[100]]
        rows = (np.minimum(rows.starts[:101], below.size), below % 100)
        independent_cascade(rows, np.arange(10), 0.05, Luck(1), 10)

    works: dict[str, Callable[[], object]] = {"society, audiences and ads": stage, "a world by the compiled engine": lambda: played(CompiledModel, kept["stage"]),
                                              "a world by the agents engine": lambda: played(AdvocacyModel, kept["stage"]),
                                              "all ties drawn": draw, "Independent Cascade": cascade}
    return {name: [clocked(work)[0], clocked(work)[0]] for name, work in works.items()}


def measure(quick: bool = False) -> Section:
    given = {"employees": 20, "consumers": 3_000, "weeks": 1} if quick else {"employees": 300, "consumers": 30_000, "weeks": 13}
    with cold_cache() as cache:
        progress("cold cache")
        cold = alone("parts.code", "first_and_again", cache=cache, **given)
        progress("warm cache")
        warm = alone("parts.code", "first_and_again", cache=cache, **given)
    return section(cold, warm, given)


def section(cold: dict[str, list[float]], warm: dict[str, list[float]], given: dict[str, int]) -> Section:
    lines = [["", "cold cache", "warm cache", "again in that process"]]
    for name in cold:
        lines.append([name, f"{brief(cold[name][0])} s", f"{brief(warm[name][0])} s", f"{brief(warm[name][1])} s"])
    totals = [sum(each[place] for each in found.values()) for found, place in ((cold, 0), (warm, 0), (warm, 1))]
    lines.append(["together", *(f"{brief(total)} s" for total in totals)])
    row = Row("all compiled code, once for each version and machine", "reported", f"{brief(totals[0] - totals[1])} s to compile, {brief(totals[1] - totals[2])} s to load in each process")
    text = (f"{given['employees']:,} employees, {given['consumers']:,} consumers, {given['weeks']} weeks. Code is compiled at the first call and kept; a cold cache is what the first run after "
            "an installation or an edit finds. The rows follow one another in one process, so each pays only for what none before it needed.")
    return Section("Compiled code, cold and warm", text, [row], [Table(lines)])
