"""A paid campaign in a market of a million: ads bought, shown and answered in one world of the compiled engine."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from measuring import Row, Section, Table, alone, brief, progress, seconds

from parts.growth import MEDIA_PER_CONSUMER
from simulation.compiling import use_threads
from simulation.engines.compiled import CompiledModel
from simulation.engines.flights import plan_flights
from simulation.engines.world import World
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.society.luck import Luck
from simulation.society.society import Society
from simulation.studies.pool import worker_count

SECONDS = 2.0
WAYS = {"the baseline's budget": ["paid.budget=17500"], "its money per consumer": [], "the same in an auction": ["paid.pricing=auction"],
        "the same with spill-over": ["paid.spill_over=1"]}
"""Budgets and ways of buying and showing ads, by what they are called. The baseline's programme of 300 employees costs about 17,500, in a market of 300,000."""


def setting(consumers: int, weeks: int, more: list[str]) -> Scenario:
    """Ads and nothing else, for the baseline's media money per consumer unless `more` says otherwise."""
    return load_scenario("baseline", ["society.employees=300", f"market.consumers={consumers}", f"horizon.weeks={weeks}", f"paid.budget={1500 + MEDIA_PER_CONSUMER * consumers}",
                                      "page.enabled=false", "programme.enabled=false", "behaviour.monthly_sharers_fraction=0", "run.engine=compiled", *more])


def world(consumers: int, weeks: int, rounds: int, more: list[str]) -> dict[str, Any]:
    """In a fresh process: wall-clock and processor seconds of buying and of playing one world, each round with a society of its own; and what was bought."""
    use_threads(worker_count(None))
    scenario = setting(consumers, weeks, more)
    found: dict[str, Any] = {"flights": [], "world": [], "processor": []}
    for turn in range(rounds + 1):
        luck = Luck(scenario.run.seed).replication(turn)
        society = Society(scenario, luck)
        assert society.panel.size
        started, worked = time.perf_counter(), time.process_time()
        flights = plan_flights(scenario, society)
        bought = time.perf_counter()
        model = CompiledModel(scenario, World(False, True), luck=luck, society=society, flights=flights)
        model.run_model()
        record = model.record()
        if turn:  # the first round may compile
            found["flights"].append(bought - started)
            found["world"].append(time.perf_counter() - bought)
            found["processor"].append(time.process_time() - worked)
        found |= {"served": sum(flight.hours.size for flight in flights.values()), "seen": int(record.ads.person.size), "answers": int(record.ad_reactions.person.size),
                  "reach": int(np.count_nonzero(model.impressions.any(axis=0)))}
    return found


def measure(quick: bool = False) -> Section:
    consumers, weeks, rounds = (3_000, 1, 1) if quick else (1_000_000, 13, 3)
    runs = {}
    for name, more in WAYS.items():
        progress(f"ads for {consumers:,} people, {name}")
        runs[name] = alone("parts.paid", "world", consumers=consumers, weeks=weeks, rounds=rounds, more=more)
    rows, lines = [], [["", "ads bought", "world, model to record", "both", "processor time of both", "served", "seen", "likes and clicks", "people reached"]]
    for name, each in runs.items():
        both = [one + other for one, other in zip(each["flights"], each["world"], strict=True)]
        processor = sorted(each["processor"])[len(both) // 2]
        rows.append(Row(f"ads for {consumers:,} people, {weeks} weeks, {name}: one world", f"{SECONDS:g} s or less", f"{seconds(both)}; {brief(processor)} s of processor time",
                        sorted(both)[len(both) // 2] <= SECONDS))
        lines.append([name, seconds(each["flights"]), seconds(each["world"]), seconds(both), seconds(each["processor"]),
                      f"{each['served']:,}", f"{each['seen']:,}", f"{each['answers']:,}", f"{each['reach']:,}"])
    text = (f"The baseline's platforms and cap, its budget of 17,500 or its media money per consumer ({MEDIA_PER_CONSUMER:g}); no posts. Every round has a society of its own, made "
            "outside the clock. Processor time adds up all threads; where others use the machine, it tells more than the clock.")
    return Section("A paid campaign for a million people", text, rows, [Table(lines)])
