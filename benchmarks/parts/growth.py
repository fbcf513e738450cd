"""How time grows with people when everybody's number of contacts stays the same."""

from __future__ import annotations

from typing import NamedTuple

from measuring import Row, Section, Table, brief, clocked, median, progress, seconds

from parts.engines import exposures, played, prepared
from simulation.engines.compiled import CompiledModel
from simulation.engines.flights import plan_flights
from simulation.inputs.scenario import load_scenario

WITHIN = 2.0
MEDIA_PER_CONSUMER = 0.052
"""Media money per consumer, as in the baseline."""


class Size(NamedTuple):
    """Times of one size: society with audiences, ads, and the world from model to record."""

    employees: int
    consumers: int
    society: list[float]
    flights: list[float]
    world: list[float]
    exposures: int
    ties: int

    @property
    def each(self) -> float:
        """Seconds for each exposure, ads and world together."""
        return (median(self.flights) + median(self.world)) / max(self.exposures, 1)


def size(consumers: int, weeks: int, rounds: int) -> Size:
    """One employee for a hundred consumers, departments of about thirty."""
    employees = consumers // 100
    scenario = load_scenario("baseline", [f"society.employees={employees}", f"society.departments={max(1, employees // 30)}", f"market.consumers={consumers}", f"horizon.weeks={weeks}",
                                          f"paid.budget={1500 + MEDIA_PER_CONSUMER * consumers}"])
    built, bought, taken = [], [], []
    for _ in range(rounds):
        spent, stage = clocked(lambda: prepared(scenario.replace(paid__enabled=False)))
        built.append(spent)
        spent, flights = clocked(lambda society=stage.society: plan_flights(scenario, society))
        bought.append(spent)
        stage = stage._replace(scenario=scenario, flights=flights)
        spent, record = clocked(lambda stage=stage: played(CompiledModel, stage))
        taken.append(spent)
        ties = sum(stage.society.audiences(platform).rows.followers.size for platform in scenario.platforms.names())
        del stage, flights
    return Size(employees, consumers, built, bought, taken, exposures(record), ties)


def measure(quick: bool = False) -> Section:
    sizes, weeks, rounds = ((2_000, 4_000), 1, 1) if quick else ((10_000, 30_000, 100_000, 300_000, 1_000_000), 13, 3)
    size(sizes[0], weeks, 1)  # so that everything is compiled
    found = []
    for consumers in sizes:
        progress(f"a market of {consumers:,}, {consumers // 100:,} employees")
        found.append(size(consumers, weeks, rounds))
    return section(found)


def section(found: list[Size]) -> Section:
    lines = [["consumers", "employees", "society and audiences", "ns a tie listed", "ads", "world", "exposures", "ns an exposure"]]
    for each in found:
        lines.append([f"{each.consumers:,}", f"{each.employees:,}", seconds(each.society), brief(median(each.society) / max(each.ties, 1) * 1e9), seconds(each.flights), seconds(each.world),
                      f"{each.exposures:,}", brief(each.each * 1e9)])
    ratio = found[-1].each / found[0].each
    span = f"{found[0].consumers:,} to {found[-1].consumers:,} consumers"
    row = Row(f"cost as people grow at fixed degree, {span}", f"time per exposure within {WITHIN:g}x",
              f"{brief(ratio)}x ({brief(found[0].each * 1e9)} to {brief(found[-1].each * 1e9)} ns)", ratio <= WITHIN)
    text = ("One employee for every 100 consumers, the baseline's platforms and numbers of contacts, the same media money per consumer. An exposure is a delivery of a post or an ad seen; "
            "its time is that of ads and world together. Every round has a society of its own in which no consumer's contacts are listed yet.")
    return Section("Time as people grow", text, [row], [Table(lines)])
