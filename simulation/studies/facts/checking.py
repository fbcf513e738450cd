"""All facts of the catalogue against one scenario, and which of them a claim breaks."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from simulation.errors import InputError
from simulation.inputs.facts import Claim, Fact, Facts, Free
from simulation.inputs.parameters import Scenario
from simulation.studies.facts.claims import assume
from simulation.studies.facts.judging import End, Judgement, Reading, judge, reading
from simulation.studies.facts.looking import OF_THE_NETWORK, Look, Seen, look_all, prepared


class Checked(NamedTuple):
    """One fact, measured and judged."""

    fact: Fact
    published: float | None
    limits: tuple[float, float]
    held_out: bool
    ours: Reading | None
    judgement: Judgement
    ends: tuple[End, ...]
    why_not: str | None
    """Why nothing could be measured."""


class Broken(NamedTuple):
    """A claim, and what assuming it does to the facts."""

    claim: Claim
    changed: dict[str, float]
    breaks: tuple[Checked, ...]
    """Facts that do not break without the claim, break with it, and lie further off than as set; see `breaks_with`."""
    refused: tuple[str, ...]
    """Why the model cannot be played at all with it, where it cannot."""


class Report(NamedTuple):
    """The catalogue against a scenario, and against it with each claim assumed."""

    scenario: Scenario
    replications: int
    facts: Facts
    checked: tuple[Checked, ...]
    claims: tuple[Broken, ...]


class _Plan(NamedTuple):
    """One fact under one claim or none, and its free settings; those that the claim sets are free no more."""

    fact: Fact
    claim: Claim | None
    free: tuple[Free, ...]
    why_not: str | None

    @property
    def alone(self) -> list[dict[str, float]]:
        """Each free setting at either end of its range."""
        return [{each.setting: value} for each in self.free for value in (each.low, each.high)]

    @property
    def together(self) -> list[dict[str, float]]:
        """All free settings at ends of their ranges, in every combination."""
        names, ends = [each.setting for each in self.free], [(each.low, each.high) for each in self.free]
        return [dict(zip(names, values, strict=True)) for values in itertools.product(*ends)] if len(names) > 1 else []


class _Desk:
    """Looks that were made, by what they are of."""

    def __init__(self, scenario: Scenario, facts: Facts, replications: int, workers: int, progress: Callable[[int, int], None]) -> None:
        self.scenario, self.facts, self.replications, self._workers, self._progress = scenario, facts, replications, workers, progress
        self._seen: dict[tuple[Any, ...], Seen] = {}

    def looks(self, plan: _Plan, free: dict[str, float]) -> list[Look]:
        """The looks at one setting of a fact, one a replication."""
        setup = self.facts.setups[plan.fact.setup]
        ready = prepared(self.scenario, setup, self.facts, plan.claim, free)
        return [Look(setup.observation, ready.scenario, tuple(sorted(ready.conditions.items())), number) for number in range(self.replications)]

    def make(self, looks: Sequence[Look]) -> None:
        """Make those looks that were not made yet."""
        missing = {each.key: each for each in looks if each.key not in self._seen}
        if not missing:
            return
        before, total = len(self._seen), len(self._seen) + len(missing)
        self._seen |= look_all(list(missing.values()), self._workers, lambda done: self._progress(before + done, total))

    def read(self, plan: _Plan, free: dict[str, float]) -> tuple[Reading | None, str | None]:
        """What the model gives for a fact at one setting, and why not."""
        seen = [self._seen[each.key] for each in self.looks(plan, free)]
        refused = next((each.refused for each in seen if each.refused), None)
        return (None, refused) if refused else (reading([each.values.get(plan.fact.measure) for each in seen]), None)


def check(scenario: Scenario, facts: Facts, chosen: Sequence[Fact], claims: Sequence[Claim], replications: int, workers: int,
          progress: Callable[[int, int], None] = lambda done, total: None) -> Report:
    """
    Measure and judge facts, as the scenario is and with each claim assumed.

    Parameters
    ----------
    chosen : facts to judge
    claims : assumed one at a time
    progress : called with the looks that are done and all that are known to be needed
    """
    desk = _Desk(scenario, facts, replications, workers, progress)
    plans = {claim: [_plan(desk, fact, claim) for fact in chosen if claim is None or _touches(facts, claim, fact)] for claim in (None, *claims)}
    playable = [plan for some in plans.values() for plan in some if plan.why_not is None]
    desk.make([each for plan in playable for free in ({}, *(plan.alone if plan.claim is None else ())) for each in desk.looks(plan, free)])
    broken = [plan for plan in playable if plan.claim and _judged(desk, plan, []).judgement.verdict == "breaks"]
    desk.make([each for plan in broken for free in plan.alone for each in desk.looks(plan, free)])
    unsettled = [plan for plan in playable if plan.together and (plan.claim is None or plan in broken) and _judged(desk, plan, plan.alone).judgement.verdict != "cannot say"]
    desk.make([each for plan in unsettled for free in plan.together for each in desk.looks(plan, free)])

    def judged(plan: _Plan) -> Checked:
        return _judged(desk, plan, [*(plan.alone if plan.claim is None or plan in broken else ()), *(plan.together if plan in unsettled else ())])

    checked = tuple(judged(plan) for plan in plans[None])
    return Report(scenario, replications, facts, checked, tuple(_broken(scenario, facts, claim, checked, [judged(plan) for plan in plans[claim]]) for claim in claims))


def _touches(facts: Facts, claim: Claim, fact: Fact) -> bool:
    """Whether a claim can say anything about a fact: none changes who knows whom."""
    return fact.setup not in claim.leaves and facts.setups[fact.setup].observation not in OF_THE_NETWORK


def _plan(desk: _Desk, fact: Fact, claim: Claim | None) -> _Plan:
    scenario, facts = desk.scenario, desk.facts
    setup = facts.setups[fact.setup]
    if setup.platform is not None and setup.platform not in scenario.platforms.names():
        return _Plan(fact, claim, (), f"the scenario has no {setup.platform}")
    if setup.observation in OF_THE_NETWORK and scenario.society.network.family == "file":
        return _Plan(fact, claim, (), "the network is the user's own")
    try:
        taken = assume(prepared(scenario, setup, facts, None, {}).scenario, claim, facts.evidence)[1] if claim else {}
        plan = _Plan(fact, claim, tuple(each for each in fact.free if each.setting not in taken), None)
        for free in ({}, *plan.alone):
            desk.looks(plan, free)
    except InputError as error:
        return _Plan(fact, claim, (), str(error))
    return plan


def _judged(desk: _Desk, plan: _Plan, at: Sequence[dict[str, float]]) -> Checked:
    """Readings of one fact, as set and with free settings at some ends, and the verdict on them."""
    fact, facts = plan.fact, desk.facts
    limits = facts.limits(fact)
    ours, refused = (None, None) if plan.why_not else desk.read(plan, {})
    ends = tuple(End(free, desk.read(plan, free)[0]) for free in at) if plan.why_not is None else ()
    why_not = plan.why_not or refused or ("there was nothing to measure" if ours is None else None)
    return Checked(fact, facts.published(fact), limits, facts.held_out(fact), ours, judge(ours, limits, ends), ends, why_not)


def breaks_with(before: Checked, after: Checked) -> bool:
    """Whether a claim breaks a fact: it broke not before, breaks now, and the interval has left its old place for one further from the band."""
    if after.ours is None or after.judgement.verdict != "breaks" or before.judgement.verdict == "breaks":
        return False
    if before.ours is None:
        return True
    moved = after.ours.low > before.ours.high or after.ours.high < before.ours.low
    return moved and _off(after.ours.mean, after.limits) > _off(before.ours.mean, before.limits)


def _off(value: float, limits: tuple[float, float]) -> float:
    """How far a value lies outside a band; 0 inside."""
    return max(limits[0] - value, value - limits[1], 0.0)


def _broken(scenario: Scenario, facts: Facts, claim: Claim, before: Sequence[Checked], after: Sequence[Checked]) -> Broken:
    """What a claim changed, and which facts break with it that did not break without."""
    as_set = {each.fact.key: each for each in before}
    breaks = tuple(each for each in after if breaks_with(as_set[each.fact.key], each))
    refused = {each.why_not for each in after if each.why_not} - {each.why_not for each in before}
    return Broken(claim, assume(scenario, claim, facts.evidence)[1], breaks, tuple(sorted(filter(None, refused))))
