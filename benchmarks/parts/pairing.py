"""What common luck is worth: how many unrelated pairs of replications say as much about a difference as one pair on common luck."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from measuring import Failed, Row, Section, Table, brief, median, progress
from numpy.typing import NDArray
from parts.engines import played, prepared

from simulation.engines.compiled import CompiledModel
from simulation.engines.record import Record
from simulation.engines.world import PROGRAMME
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import load_scenario
from simulation.society.luck import Luck
from simulation.society.society import Society

GOAL = 25.0
ENROLLED, MORE = 0.3, 0.315
WITHOUT_FEEDBACK = ("behaviour.peer_influence=0.0", "behaviour.fatigue_per_share=0.0", "behaviour.habit_gain=0.0", "behaviour.engagement_per_share=0.0")
OUTCOMES = ("programme deliveries", "people reached")


class Worth(NamedTuple):
    """Variance of a difference on unrelated luck over that on common luck, by outcome, and how many employees were added."""

    values: tuple[float, ...]
    added: float


def outcomes(record: Record) -> tuple[float, float]:
    """Deliveries that the programme caused, and consumers reached by any post."""
    caused = record.shares.channel[record.deliveries.share] == PROGRAMME
    person = record.deliveries.person
    return float(np.count_nonzero(caused)), float(np.unique(person[person < record.consumers]).size)


def offered_shares(record: Record) -> set[tuple[Any, ...]]:
    """Who shared which offered item where and when."""
    own = (record.shares.channel == PROGRAMME) & (record.shares.depth == 0)
    return set(zip(*(column[own].tolist() for column in record.shares[:4]), strict=True))


def with_more(scenario: Scenario, base: Society, luck: Luck) -> Society:
    """The same people with more of them enrolled."""
    society = Society(scenario, luck)
    society.share_lists_with(base)
    if (base.staff.enrolled & ~society.staff.enrolled).any():
        raise Failed("raising the enrolment took somebody away")
    return society


def pairs(scenario: Scenario, number: int, count: int, fixed: bool, nested: bool) -> tuple[NDArray[np.float64], float]:
    """Outcomes of `count` pairs (pair, scenario, outcome); a fixed society is that of `number`, otherwise each pair has its own."""
    more = scenario.replace(programme__enrolment_fraction=MORE)
    found, added, stage, other = [], [], prepared(scenario, number), None
    for turn in range(count):
        luck = Luck(scenario.run.seed).replication(1000 * (number + 1) + turn)
        if not fixed:
            stage, other = prepared(scenario, 1000 * (number + 1) + turn), None
        other = other or with_more(more, stage.society, stage.luck)
        records = [played(CompiledModel, stage._replace(scenario=each, luck=luck, society=society)) for each, society in ((scenario, stage.society), (more, other))]
        if nested and not offered_shares(records[0]) <= offered_shares(records[1]):
            raise Failed("without feedback, a larger programme lacks shares of the smaller one")
        added.append(int(other.staff.enrolled.sum() - stage.society.staff.enrolled.sum()) / max(int(stage.society.staff.enrolled.sum()), 1))
        found.append([outcomes(record) for record in records])
    return np.array(found), float(np.mean(added))


def worth(found: NDArray[np.float64]) -> tuple[float, ...]:
    """Variance of a difference on unrelated luck, over that of the differences within pairs, for each outcome."""
    apart = found.var(axis=0, ddof=1).sum(axis=0)
    together = (found[:, 1] - found[:, 0]).var(axis=0, ddof=1)
    return tuple((apart / np.where(together > 0, together, np.nan)).tolist())


def measure(quick: bool = False) -> Section:
    employees, consumers, weeks, societies, count = (60, 2_000, 2, 2, 6) if quick else (300, 20_000, 13, 7, 60)
    base = [f"society.employees={employees}", f"market.consumers={consumers}", f"horizon.weeks={weeks}", "paid.enabled=false", f"programme.enrolment_fraction={ENROLLED}"]
    found: dict[str, list[Worth]] = {}
    for name, settings, fixed in (("society fixed, feedback off", WITHOUT_FEEDBACK, True), ("society fixed, feedback on", (), True),
                                  ("a new society for each pair, feedback off", WITHOUT_FEEDBACK, False), ("a new society for each pair, feedback on", (), False)):
        scenario = load_scenario("baseline", [*base, *settings])
        found[name] = []
        for number in range(societies):
            progress(f"{name}: {number + 1} of {societies}")
            values, added = pairs(scenario, number, count, fixed, nested=bool(settings))
            found[name].append(Worth(worth(values), added))
    return section(found, societies, count, f"{employees:,} employees, {consumers:,} consumers, {weeks} weeks, no ads")


def section(found: dict[str, list[Worth]], societies: int, count: int, size: str) -> Section:
    lines = [["", *OUTCOMES, "enrolled more"]]
    for name, each in found.items():
        lines.append([name, *(spread([one.values[place] for one in each]) for place in range(len(OUTCOMES))), f"{100 * float(np.mean([one.added for one in each])):.1f}%"])
    fixed, feedback = next(iter(found.values())), list(found.values())[1]
    least = [median([one.values[place] for one in fixed]) for place in range(len(OUTCOMES))]
    fed = [median([one.values[place] for one in feedback]) for place in range(len(OUTCOMES))]
    row = Row(f"a paired replication on common luck, {MORE / ENROLLED - 1:.0%} more enrolled, society fixed, feedback off", f"worth at least {GOAL:g} independent ones",
              "; ".join(f"{name} {brief(value)}" for name, value in zip(OUTCOMES, least, strict=True)) + "; with feedback " + " and ".join(map(brief, fed)), min(least) >= GOAL)
    text = (f"{size}. Enrolment rises from {ENROLLED:.0%} to {MORE:.1%}. What a pair is worth is the variance of a difference between replications of unrelated luck, divided by the variance "
            f"within pairs on common luck. Each figure is the median (and range) of {societies} estimates of {count} pairs; in the first two rows each estimate has one society "
            "in which only the luck of the campaign changes, in the others every pair has a society of its own. Feedback is peers, fatigue, habit and engagement. It was checked that more "
            "enrolment only adds people and, without feedback, that the larger programme contains every share of the smaller.")
    return Section("Common luck", text, [row], [Table(lines)])


def spread(values: list[float]) -> str:
    return f"{brief(median(values))} ({brief(min(values))} to {brief(max(values))})"
