"""A run that reaches few people: what it costs in markets of every size, event by event and step by step."""

from __future__ import annotations

from typing import NamedTuple

from measuring import Row, Section, Table, brief, clocked, median, progress, seconds

from parts.engines import events, played, prepared
from simulation.engines.compiled import CompiledModel
from simulation.engines.flights import plan_flights
from simulation.inputs.scenario import load_scenario
from simulation.society.luck import Luck
from simulation.society.society import Society

WITHIN = 2.0
EMPLOYEES = 50


class Cost(NamedTuple):
    """Times of one market, with what happened in it."""

    consumers: int
    daily: list[float]
    hourly: list[float]
    deliveries: tuple[int, int]
    """In daily and in hourly steps."""
    events: int
    steps: tuple[int, int]

    @property
    def each(self) -> float:
        """Seconds for each delivery."""
        return median(self.daily) / max(self.deliveries[0], 1)

    @property
    def step(self) -> float:
        """Seconds that one more step takes in which nothing more happens."""
        return (median(self.hourly) - median(self.daily)) / (self.steps[1] - self.steps[0])


def cost(consumers: int, weeks: int, rounds: int) -> Cost:
    """The same firm in one market, in daily and in hourly steps."""
    taken: list[list[float]] = []
    counts = []
    for hours in (24, 1):
        scenario = load_scenario("baseline", [f"society.employees={EMPLOYEES}", f"market.consumers={consumers}", f"horizon.weeks={weeks}", f"horizon.step_hours={hours}",
                                              "paid.enabled=false"])
        taken.append([])
        for turn in range(rounds + 1):
            stage = prepared(scenario)
            spent, record = clocked(lambda stage=stage: played(CompiledModel, stage))
            if turn:  # the first may have to load or compile
                taken[-1].append(spent)
        counts.append((record.deliveries.share.size, events(record), int(scenario.horizon.end_hours // hours)))
    return Cost(consumers, taken[0], taken[1], (counts[0][0], counts[1][0]), counts[0][1], (counts[0][2], counts[1][2]))


def flight(consumers: int, weeks: int, rounds: int) -> tuple[list[float], int]:
    """Times of buying the same few ads over some weeks, and how many they are."""
    scenario = load_scenario("baseline", [f"society.employees={EMPLOYEES}", f"market.consumers={consumers}", f"horizon.weeks={weeks}", "paid.budget=1700.0"])
    society = Society(scenario, Luck(scenario.run.seed).replication(0))
    plan_flights(scenario, society)
    found = [clocked(lambda: plan_flights(scenario, society)) for _ in range(rounds)]
    return [spent for spent, _ in found], sum(each.place.size for each in found[0][1].values())


def measure(quick: bool = False) -> Section:
    sizes, weeks, rounds = ((2_000, 4_000), 1, 1) if quick else ((10_000, 100_000, 1_000_000), 13, 5)
    costs = []
    for consumers in sizes:
        progress(f"{EMPLOYEES} employees in a market of {consumers:,}")
        costs.append(cost(consumers, weeks, rounds))
    progress("the same few ads over 1 and over 13 weeks")
    flights = [(span, *flight(sizes[-1], span, rounds)) for span in (1, 13)]
    return section(costs, flights)


def section(costs: list[Cost], flights: list[tuple[int, list[float], int]]) -> Section:
    lines = [["consumers", "seconds of a world", "deliveries", "in hourly steps", "µs a delivery", "µs an event", "µs of one more step"]]
    for each in costs:
        lines.append([f"{each.consumers:,}", seconds(each.daily), *(f"{count:,}" for count in each.deliveries), brief(each.each * 1e6), brief(median(each.daily) / max(each.events, 1) * 1e6), brief(each.step * 1e6)])
    growth, longer = costs[-1].each / costs[0].each, median(flights[-1][1]) / median(flights[0][1])
    span = f"{costs[0].consumers:,} to {costs[-1].consumers:,} consumers"
    rows = [Row(f"a run that reaches few people ({EMPLOYEES} employees, no ads), {span}", f"costs what it reaches: time per delivery within {WITHIN:g}x",
                f"{brief(growth)}x per delivery; one more step {brief(costs[0].step * 1e6)} to {brief(costs[-1].step * 1e6)} µs", growth <= WITHIN),
            Row(f"ads draw each person once a flight: the same few ads over 13 weeks instead of 1, {costs[-1].consumers:,} consumers", f"within {WITHIN:g}x",
                f"{brief(longer)}x", longer <= WITHIN)]
    bought = [["weeks", "seconds", "impressions bought", "ns a consumer and day"]]
    for weeks, values, count in flights:
        bought.append([str(weeks), seconds(values), f"{count:,}", brief(median(values) / costs[-1].consumers / (weeks * 7) * 1e9)])
    text = (f"The same {EMPLOYEES} employees in growing markets, without ads: the same number of people can be reached whatever the market. Society and audiences are ready before the "
            "clock starts. What one more step costs comes from the same world in steps of an hour instead of a day: 24 times as many steps, and nearly the same events (reactions take effect from the next step on).")
    return Section("Reaching few", text, rows, [Table(lines), Table(bought, f"Planning the ads of a small budget in a market of {costs[-1].consumers:,}, all platforms together:")])
