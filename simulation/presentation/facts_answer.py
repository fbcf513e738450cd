"""The catalogue of facts as text and as data."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from simulation.inputs.facts import Fact, Facts
from simulation.measures.intervals import INTERVAL
from simulation.presentation.numbers import significant
from simulation.studies.facts.checking import Broken, Checked, Report
from simulation.studies.facts.judging import End, Reading

SCHEMA_VERSION = 1
VERDICTS = ("holds", "breaks", "cannot say")


def number(value: float) -> str:
    """A figure to three significant digits: 0.129, 1.66, 59,700, 0.0000267."""
    rounded = significant(value)
    return f"{rounded:,.0f}" if abs(rounded) >= 1000 else f"{rounded:.12f}".rstrip("0").rstrip(".")


def span(found: Reading) -> str:
    """A mean with its interval."""
    return f"{number(found.mean)} ({number(found.low)} to {number(found.high)})"


def band(limits: tuple[float, float]) -> str:
    """What would count as agreeing, in words."""
    low, high = limits
    if math.isinf(high):
        return f"at least {number(low)}"
    return f"at most {number(high)}" if math.isinf(low) else f"{number(low)} to {number(high)}"


def source(facts: Facts, fact: Fact) -> str:
    """Where a fact was published, and how far it can be trusted."""
    figure = facts.source(fact)
    return f"{figure.source} ({figure.confidence})"


def because(each: Checked) -> str:
    """What the verdict turned on, in a sentence; nothing for a fact that simply holds."""
    if each.ours is None:
        return f"Not measured: {each.why_not}."
    judgement, parts = each.judgement, []
    if judgement.carried_by:
        alone = [end for end in judgement.carried_by if len(end.settings) == 1] or judgement.carried_by[:1]
        where = "across an edge of" if judgement.side == "across" else judgement.side
        parts.append(f"As set it lies {where} the band; carried elsewhere by {'; '.join(map(_end, alone))}.")
    elif judgement.side == "across":
        parts.append("The interval lies across an edge of the band.")
    if judgement.side != "inside" and each.fact.reason:
        parts.append(each.fact.reason)
    return " ".join(parts)


def _end(end: End) -> str:
    settings = " and ".join(f"{name} {number(value)}" for name, value in end.settings.items())
    return f"{settings}, which gives {number(end.reading.mean)}" if end.reading else settings


def tally(checked: tuple[Checked, ...]) -> str:
    """How many of each verdict there are."""
    counts = {verdict: sum(each.judgement.verdict == verdict for each in checked) for verdict in VERDICTS}
    return f"{len(checked)} facts: {counts['holds']} hold, {counts['breaks']} break, on {counts['cannot say']} nothing can be said."


def answer(report: Report) -> str:
    """The catalogue as plain text."""
    lines = [f"{report.scenario.title}: {tally(report.checked)}"]
    lines.append(f"Ours: mean and interval that holds {INTERVAL:.0%} of {report.replications} replications. * was used for fitting or choosing a default; all others are held out.")
    for topic, some in groupby(report.checked, key=lambda each: each.fact.topic):
        lines += ["", topic]
        for each in some:
            lines += _lines(report.facts, each)
    for broken in report.claims:
        lines += ["", *claim_lines(broken)]
    return "\n".join(lines)


def _lines(facts: Facts, each: Checked) -> Iterator[str]:
    fact = each.fact
    yield f"  {each.judgement.verdict:<11}{fact.title}{'' if each.held_out else ' *'}{f' [{fact.target}]' if fact.target else ''}"
    published = "a direction only" if each.published is None else number(each.published)
    yield f"             published {published}, agreeing: {band(each.limits)}; ours {span(each.ours) if each.ours else 'none'}"
    yield f"             {source(facts, fact)}; held fixed: {facts.setups[fact.setup].says}"
    if said := because(each):
        yield f"             {said}"


def claim_lines(broken: Broken) -> Iterator[str]:
    """What a claim breaks of what did not break before, in lines."""
    claim = broken.claim
    yield f"Assumed: {claim.name}. {claim.says}."
    yield f"  Made true: {claim.reading}; {', '.join(f'{key} {number(value)}' for key, value in broken.changed.items())}"
    yield from (f"  The model refuses it: {why}" for why in broken.refused)
    if not broken.breaks:
        yield "  It breaks no fact that did not break before."
    for each in broken.breaks:
        assert each.ours is not None
        yield f"  breaks     {each.fact.title}: ours would be {span(each.ours)}, published {number(each.published or 0.0)}, agreeing: {band(each.limits)}"


def data(report: Report) -> dict[str, Any]:
    """The catalogue as plain data, null where undefined; see `answer` for the same in words."""
    return {
        "schema_version": SCHEMA_VERSION, "scenario": report.scenario.name, "replications": report.replications, "interval": INTERVAL,
        "evidence": report.facts.evidence.digest,
        "facts": [_fact(report.facts, each) for each in report.checked],
        "claims": [{"claim": each.claim.name, "says": each.claim.says, "reading": each.claim.reading, "changed": each.changed,
                    "breaks": [_fact(report.facts, one) for one in each.breaks],
                    "refused": list(each.refused)} for each in report.claims],
    }


def _fact(facts: Facts, each: Checked) -> dict[str, Any]:
    fact, figure, setup = each.fact, facts.source(each.fact), facts.setups[each.fact.setup]
    return {
        "fact": fact.key, "title": fact.title, "topic": fact.topic, "target": fact.target, "verdict": each.judgement.verdict, "side": each.judgement.side,
        "held_out": each.held_out, "published": each.published, "low": _finite(each.limits[0]), "high": _finite(each.limits[1]), "unit": figure.unit,
        "ours": _reading(each.ours), "source": figure.source, "url": figure.url, "confidence": figure.confidence, "figure": fact.figure,
        "fixed": {**setup.settings, **setup.conditions}, "held_fixed": setup.says,
        "free": [{"settings": end.settings, "ours": _reading(end.reading)} for end in each.ends], "carried_by": [end.settings for end in each.judgement.carried_by],
        "why_not": each.why_not, "reason": because(each) or None,
    }


def _reading(found: Reading | None) -> dict[str, float] | None:
    return None if found is None else found._asdict()


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
