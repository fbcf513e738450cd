"""Compiled code against agents: the same world on the same luck, and the check that both leave the same record."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from measuring import Failed, Row, Section, Table, brief, clocked, median, progress, seconds

from simulation.engines.compiled import CompiledModel
from simulation.engines.flights import Flight, plan_flights
from simulation.engines.model import AdvocacyModel
from simulation.engines.record import Record
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.society.luck import Luck
from simulation.society.society import Society

GOAL = 30.0


class Stage(NamedTuple):
    """Everything that is prepared outside the clock."""

    scenario: Scenario
    luck: Luck
    society: Society
    flights: dict[str, Flight]


def prepared(scenario: Scenario, number: int = 0) -> Stage:
    """A society whose audiences are listed, but no consumer's contacts yet; and the ads."""
    luck = Luck(scenario.run.seed).replication(number)
    society = Society(scenario, luck)
    for platform in scenario.platforms.names():
        society.page_audiences(platform)
        society.audiences(platform)
    assert society.panel.size  # made when first asked for
    return Stage(scenario, luck, society, plan_flights(scenario, society) if scenario.paid.enabled else {})


def played(engine: type[AdvocacyModel], stage: Stage) -> Record:
    """One world, from its model to its record."""
    model = engine(stage.scenario, luck=stage.luck, society=stage.society, flights=stage.flights)
    model.run_model()
    return model.record()


def unequal(one: Any, other: Any, name: str = "record") -> list[str]:
    """Names of the parts in which two records differ; arrays are compared element by element, kind included."""
    if isinstance(one, tuple) and hasattr(one, "_fields"):
        return [found for field in one._fields for found in unequal(getattr(one, field), getattr(other, field), f"{name}.{field}")]
    if isinstance(one, np.ndarray):
        return [] if one.dtype == other.dtype and np.array_equal(one, other) else [name]
    return [] if one == other else [name]


def events(record: Record) -> int:
    """Deliveries, ads seen, reactions and shares."""
    return sum(len(columns[0]) for columns in (record.deliveries, record.ads, record.reactions, record.ad_reactions, record.shares))


def exposures(record: Record) -> int:
    """Deliveries and ads seen."""
    return len(record.deliveries.share) + len(record.ads.person)


def measure(quick: bool = False) -> Section:
    """Both engines in turns, each with contact lists that are equally cold; then again with all lists there."""
    employees, consumers, weeks, rounds = (40, 2_000, 2, 1) if quick else (1_000, 50_000, 13, 5)
    scenario = load_scenario("baseline", [f"society.employees={employees}", f"market.consumers={consumers}", f"horizon.weeks={weeks}"])
    taken: dict[str, list[float]] = {"agents, cold": [], "compiled, cold": [], "agents, warm": [], "compiled, warm": []}
    record = None
    for turn in range(rounds + 1):
        progress(f"both engines, round {turn} of {rounds}" if turn else "both engines, so that everything is compiled")
        for name, engine in (("agents", AdvocacyModel), ("compiled", CompiledModel)):
            stage = prepared(scenario)
            for state in ("cold", "warm"):
                spent, found = clocked(lambda engine=engine, stage=stage: played(engine, stage))
                if turn:
                    taken[f"{name}, {state}"].append(spent)
                record = record or found
                if differing := unequal(record, found):
                    raise Failed(f"records differ in {', '.join(differing)}; no ratio is claimed")
                del found
    assert record is not None
    return section(taken, events(record), record, f"{employees:,} employees, {consumers:,} consumers, {weeks} weeks")


def section(taken: dict[str, list[float]], count: int, record: Record, size: str) -> Section:
    ratios = {state: median(taken[f"agents, {state}"]) / median(taken[f"compiled, {state}"]) for state in ("cold", "warm")}
    rates = {name: f"{count / median(taken[f'{name}, cold']):,.0f}" for name in ("agents", "compiled")}
    lines = [["engine, contact lists", "seconds", "events a second"]] + [[name, seconds(values), f"{count / median(values):,.0f}"] for name, values in taken.items()]
    parts = (f"{len(record.deliveries.share):,} deliveries, {len(record.ads.person):,} ads seen, "
             f"{len(record.reactions.share) + len(record.ad_reactions.person):,} reactions, {len(record.shares.author):,} shares")
    text = (f"One world with programme and ads, {size}: {parts}. Each engine gets a society of its own, made anew, in which the audiences of employees and pages are listed and the "
            "ads are bought before the clock starts; the contacts of consumers who pass something on are not listed yet (cold). The warm rows play the same world in the same society "
            "again. The time is that of model, all steps and record. Code that both engines call, above all the delivery of posts, is compiled in both. Every array of every record was "
            "compared element by element: all are equal.")
    row = Row(f"compiled engine against agents engine, {size}", f"at least {GOAL:g}x, records equal",
              f"{brief(ratios['cold'])}x, records equal; {brief(ratios['warm'])}x with all lists warm; events a second: agents {rates['agents']}, compiled {rates['compiled']}",
              ratios["cold"] >= GOAL)
    return Section("Two engines", text, [row], [Table(lines)])
