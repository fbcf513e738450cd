"""What common luck is worth: how many unrelated pairs of replications say as much about a difference as one pair on common luck."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from measuring import Failed, Row, Section, Table, brief, progress
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
    """Variances of a difference on unrelated and on common luck, by outcome, and the fraction by which enrolment grew."""

    apart: NDArray[np.float64]
    together: NDArray[np.float64]
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


def with_more(scenario: Scenario, base: Society) -> Society:
    """The same people with more of them enrolled."""
    society = base.again(scenario)
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
        other = other or with_more(more, stage.society)
        records = [played(CompiledModel, stage._replace(scenario=each, luck=luck, society=society)) for each, society in ((scenario, stage.society), (more, other))]
        if nested and not offered_shares(records[0]) <= offered_shares(records[1]):
            raise Failed("without feedback, a larger programme lacks shares of the smaller one")
        added.append(int(other.staff.enrolled.sum() - stage.society.staff.enrolled.sum()) / max(int(stage.society.staff.enrolled.sum()), 1))
        found.append([outcomes(record) for record in records])
    return np.array(found), float(np.mean(added))


def worth(found: NDArray[np.float64], added: float) -> Worth:
    """From outcomes of pairs (pair, scenario, outcome)."""
    return Worth(found.var(axis=0, ddof=1).sum(axis=0), (found[:, 1] - found[:, 0]).var(axis=0, ddof=1), added)


def pooled(found: list[Worth]) -> NDArray[np.float64]:
    """What a pair is worth, for each outcome: variances added up over all estimates."""
    together = np.sum([each.together for each in found], axis=0)
    return np.sum([each.apart for each in found], axis=0) / np.where(together > 0, together, np.nan)


def measure(quick: bool = False) -> Section:
    employees, consumers, weeks, estimates, count = (60, 2_000, 2, (2, 1), 6) if quick else (300, 20_000, 13, (4, 2), 60)
    base = [f"society.employees={employees}", f"market.consumers={consumers}", f"horizon.weeks={weeks}", "paid.enabled=false", f"programme.enrolment_fraction={ENROLLED}"]
    found: dict[str, list[Worth]] = {}
    for name, settings, fixed in (("society fixed, feedback off", WITHOUT_FEEDBACK, True), ("society fixed, feedback on", (), True),
                                  ("a new society for each pair, feedback off", WITHOUT_FEEDBACK, False), ("a new society for each pair, feedback on", (), False)):
        scenario = load_scenario("baseline", [*base, *settings])
        found[name] = []
        turns = estimates[0] if fixed else estimates[1]
        for number in range(turns):
            progress(f"{name}: {number + 1} of {turns}")
            found[name].append(worth(*pairs(scenario, number, count, fixed, nested=bool(settings))))
    return section(found, estimates, count, f"{employees:,} employees, {consumers:,} consumers, {weeks} weeks, no ads")


def section(found: dict[str, list[Worth]], estimates: tuple[int, int], count: int, size: str) -> Section:
    lines = [["", *OUTCOMES, "enrolled more"]]
    for name, each in found.items():
        lines.append([name, *spreads(each), f"{100 * float(np.mean([one.added for one in each])):.1f}%"])
    least, fed = (pooled(each).tolist() for each in list(found.values())[:2])
    row = Row(f"a paired replication on common luck, {MORE / ENROLLED - 1:.0%} more enrolled, society fixed, feedback off", f"worth at least {GOAL:g} independent ones",
              "; ".join(f"{name} {brief(value)}" for name, value in zip(OUTCOMES, least, strict=True)) + "; with feedback " + " and ".join(map(brief, fed)), min(least) >= GOAL)
    text = (f"{size}. Enrolment rises from {ENROLLED:.0%} to {MORE:.1%}. What a pair is worth is the variance of a difference between replications of unrelated luck, divided by the variance "
            f"within pairs on common luck. In the first two rows the society is fixed and only the luck of the campaign "
            f"changes: {estimates[0]} societies with {count} pairs each, variances added up, the range over societies in brackets. In the others every pair has a society of its own: "
            f"{estimates[1]} times {count} pairs. Feedback is peers, fatigue, habit and engagement. It was checked that more "
            "enrolment only adds people and, without feedback, that the larger programme contains every share of the smaller.")
    return Section("Common luck", text, [row], [Table(lines)])


def spreads(found: list[Worth]) -> list[str]:
    """What a pair is worth for each outcome, with the range of the estimates in which anybody was added."""
    each = np.array([pooled([one]) for one in found if (one.together > 0).all()]).reshape(-1, len(OUTCOMES))
    return [f"{brief(value)} ({brief(column.min())} to {brief(column.max())})" if column.size else brief(value) for value, column in zip(pooled(found).tolist(), each.T, strict=True)]
