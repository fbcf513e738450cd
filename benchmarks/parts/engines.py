"""Compiled code against agents: the same world on the same luck, and the check that both leave the same record."""

from __future__ import annotations

import time
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


def apart(engine: type[AdvocacyModel], stage: Stage) -> tuple[float, float]:
    """Seconds of one world in code that both engines call (setting up, posts and their deliveries, contacts, ads, record), and in the engine's own."""
    shared = 0.0

    def timed(owner: Any, name: str) -> None:
        work = getattr(owner, name)

        def call(*given: Any) -> Any:
            nonlocal shared
            started = time.perf_counter()
            found = work(*given)
            shared += time.perf_counter() - started
            return found
        setattr(owner, name, call)

    started = time.perf_counter()
    model = engine(stage.scenario, luck=stage.luck, society=stage.society, flights=stage.flights)
    shared += time.perf_counter() - started
    for owner, names in ((model, ("advertise", "_react_to_ads", "record")), (model._feeds, ("post", "look_up", "spread_likes", "due"))):
        for name in names:
            timed(owner, name)
    model.run_model()
    model.record()
    return shared, time.perf_counter() - started - shared


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


class Race(NamedTuple):
    """Seconds of one world by engine and state of the contact lists, and the record that all runs left."""

    taken: dict[str, list[float]]
    record: Record
    apart: dict[str, list[tuple[float, float]]]
    """By engine, contact lists warm: seconds in code that both call, and in its own."""

    def own_ratio(self) -> float:
        """How many times as long the agents take in what the engines do each in its own way."""
        own = {name: median([each[1] for each in pairs]) for name, pairs in self.apart.items()}
        return own["agents"] / own["compiled"]

    def ratio(self, state: str) -> float:
        """How many times as long the agents take."""
        return median(self.taken[f"agents, {state}"]) / median(self.taken[f"compiled, {state}"])

    def rate(self, name: str) -> str:
        """Events a second."""
        return f"{events(self.record) / median(self.taken[name]):,.0f}"


def raced(scenario: Scenario, rounds: int, what: str) -> Race:
    """Both engines in turns, each with contact lists that are equally cold; then again with all lists there."""
    taken: dict[str, list[float]] = {f"{name}, {state}": [] for state in ("cold", "warm") for name in ("agents", "compiled")}
    parted: dict[str, list[tuple[float, float]]] = {"agents": [], "compiled": []}
    record = None
    for turn in range(rounds + 1):
        progress(f"both engines, {what}, " + (f"round {turn} of {rounds}" if turn else "so that everything is compiled"))
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
            if turn:
                parted[name].append(apart(engine, stage))
    assert record is not None
    return Race(taken, record, parted)


def measure(quick: bool = False) -> Section:
    """One world with programme and ads, and the same without ads."""
    employees, consumers, weeks, rounds = (40, 2_000, 2, 1) if quick else (1_000, 50_000, 13, 5)
    scenario = load_scenario("baseline", [f"society.employees={employees}", f"market.consumers={consumers}", f"horizon.weeks={weeks}"])
    races = {"with ads": raced(scenario, rounds, "with ads"), "without ads": raced(scenario.replace(paid__enabled=False), rounds, "without ads")}
    return section(races, f"{employees:,} employees, {consumers:,} consumers, {weeks} weeks")


def section(races: dict[str, Race], size: str) -> Section:
    race, without = races.values()
    record = race.record
    lines = [["world", "engine, contact lists", "seconds", "events a second"]]
    for what, each in races.items():
        lines += [[what, name, seconds(values), each.rate(name)] for name, values in each.taken.items()]
    ratios = [["world", "contact lists", "agents against compiled"]]
    ratios += [[what, state, f"{brief(each.ratio(state))}x"] for what, each in races.items() for state in ("cold", "warm")]
    halves = [["world", "engine", "seconds in code that both call", "seconds of its own"]]
    halves += [[what, name, *(seconds([pair[half] for pair in pairs]) for half in (0, 1))] for what, each in races.items() for name, pairs in each.apart.items()]
    counted = (f"{len(record.deliveries.share):,} deliveries, {len(record.ads.person):,} ads seen, "
               f"{len(record.reactions.share) + len(record.ad_reactions.person):,} reactions, {len(record.shares.author):,} shares")
    text = (f"One world with programme and ads, {size}: {counted}. Each engine gets a society of its own, made anew, in which the audiences of employees and pages are listed and the "
            "ads are bought before the clock starts; the contacts of consumers who pass something on are not listed yet (cold). The warm rows play the same world in the same society "
            "again. The time is that of model, all steps and record. Code that both engines call, above all the delivery of posts and the showing of ads, is compiled in both. Every array "
            "of every record was compared element by element: all are equal.")
    row = Row(f"compiled engine against agents engine, {size}", f"at least {GOAL:g}x, records equal",
              f"{brief(race.ratio('cold'))}x, records equal; {brief(race.ratio('warm'))}x with all lists warm; without ads {brief(without.ratio('cold'))}x and "
              f"{brief(without.ratio('warm'))}x; in what the engines do each in its own way {brief(race.own_ratio())}x; events a second: agents {race.rate('agents, cold')}, compiled {race.rate('compiled, cold')}", race.ratio("cold") >= GOAL)
    return Section("Two engines", text, [row], [Table(lines), Table(ratios, "Ratios of the medians:"),
                                         Table(halves, "Where the time goes, lists warm. Setting up, posts, their deliveries, contacts, ads and the record are the same code in both, already "
                                                       "compiled; deciding, noticing, answering and settling are each engine's own:")])
