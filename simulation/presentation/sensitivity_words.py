"""Words for what a study varied and measured: labels, numbers, sources, and how roles are drawn."""

from __future__ import annotations

from typing import NamedTuple

from simulation.presentation.chart_numbers import rounded, span
from simulation.studies.sensitivity.indices import Index
from simulation.studies.sensitivity.table import LEAD, Key, StudyTable
from simulation.studies.summary import MONEY, unit_of

OUTCOMES = {
    LEAD: "the programme's lead",
    "comparison.added_reach.programme": "people added by the programme",
    "comparison.added_reach.paid": "people added by ads",
    "comparison.incremental_reach.programme": "people added by the programme on top of ads",
    "comparison.incremental_reach.paid": "people added by ads on top of the programme",
    "total.reach": "people reached",
    "total.reach_3plus": "people reached three times or more",
    "total.cost": "the cost of the whole campaign",
    "comparison.cost_per_incremental_person.programme": "the cost of a person added by the programme",
    "comparison.cost_per_incremental_person.paid": "the cost of a person added by ads",
}
METHODS = {
    "grid": "in a grid",
    "latin_hypercube": "by Latin hypercube",
    "sobol": "by Sobol cross-sampling",
    "morris": "on Morris paths",
    "one_at_a_time": "one key at a time",
    "table": "of a table",
}
class RoleLook(NamedTuple):
    """How a role or a source of variance is drawn."""

    label: str
    colour: str
    ink: str
    hatch: str


ROLES = {
    "lever": RoleLook("Levers: what one chooses", "#CC79A7", "#8F3B6C", ""),
    "uncertainty": RoleLook("Uncertainties: what one cannot choose", "#56B4E9", "#1B6490", "//"),
}
PARTS = {
    "levers": RoleLook("Levers", "#CC79A7", "#8F3B6C", ""),
    "uncertainties": RoleLook("Uncertainties", "#56B4E9", "#1B6490", "//"),
    "both together": RoleLook("Both together", "#8A7CC2", "#574A94", "xx"),
    "points": RoleLook("Not explained", "#C9CED4", "#5B626B", ""),
    "luck": RoleLook("Luck", "#F0E442", "#736B00", ".."),
}


class Study(NamedTuple):
    """What a chart or an answer tells of a study beside its numbers."""

    name: str
    title: str
    currency: str
    price_year: int


def outcome_words(outcome: str) -> str:
    """An outcome as part of a sentence."""
    if outcome in OUTCOMES:
        return OUTCOMES[outcome]
    block, _, rest = outcome.partition(".")
    words = [part.replace("_", " ") for part in rest.split(".")]
    if block == "comparison":
        return " of ".join([words[0], *words[1:]]) if len(words) > 1 else words[0]
    return words[0] if block == "total" else f"{words[0]} of {'ads' if block == 'paid' else f'the {block}' if block != 'natural' else 'unprompted shares'}"


def capital(words: str) -> str:
    """A sentence's first letter."""
    return words[:1].upper() + words[1:]


def unit(table: StudyTable, study: Study, whole: bool = False) -> str:
    """Unit of an outcome; the `whole` of it says what its sign means."""
    parts = table.outcome.split(".")
    if table.outcome == LEAD:
        return "people; above 0 the programme adds more than ads" if whole else "people"
    found = next((unit_of(part, study.currency) for part in reversed(parts) if unit_of(part, study.currency) != "people"), "people")
    return f"{study.currency} of {study.price_year}" if any(part in MONEY for part in parts) else found


def key_words(key: str, keys: tuple[Key, ...] | list[str] = ()) -> str:
    """A key as one reads it: its last part, after a platform's name, after a campaign's where it is one word, and after its block where another key ends alike."""
    parts = key.split(".")
    names = [each if isinstance(each, str) else each.name for each in keys]
    alike = any(name != key and name.split(".")[-1] == parts[-1] for name in names)
    longer = alike or parts[0] == "platforms" or (parts[0] in ("paid", "programme", "page") and "_" not in parts[-1])
    return " ".join(parts[-2:] if longer else parts[-1:]).replace("_", " ")


def number(value: float, low: float | None = None, high: float | None = None, digits: int = 3) -> str:
    """A figure with no more digits than its interval supports, with a proper minus."""
    finite = None not in (low, high) and low == low and high == high
    return rounded(value, low if finite else None, high if finite else None, digits).replace("-", "−")


def interval(low: float, high: float) -> str:
    """An interval, or nothing where there is none."""
    return span(low, high, " to ").replace("-", "−") if low == low and high == high and high > low else ""


def with_interval(value: float, low: float, high: float) -> str:
    """A figure and its interval in brackets."""
    ends = interval(low, high)
    return f"{number(value, low, high)} ({ends})" if ends else number(value)


def apart(first: Index, second: Index) -> bool:
    """Whether the intervals of two indices leave no doubt which is larger."""
    return first.low > second.high


def points_words(table: StudyTable) -> str:
    """How many points there were, and how they were chosen."""
    replications = table.values.shape[1]
    left = f", {table.left_out:,} more without a value left out" if table.left_out else ""
    return f"{len(table.points):,} points {METHODS[table.method]}, {replications} replication{'s' if replications > 1 else ''} each{left}"


def foot(table: StudyTable, study: Study) -> str:
    """The line at the foot of a chart."""
    return f"Advocacy Reach, study {study.name}: {points_words(table)}; world {table.world}; intervals of 90%"
