"""What results rest on: every value of a scenario with its unit, its basis and how far that can be trusted; and what no value can settle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simulation.inputs.evidence import Figure, load_evidence
from simulation.inputs.parameters import Scenario
from simulation.presentation.facts_answer import number
from simulation.studies.drawing import held_keys, posterior_of

HEADLINE = ("market.contacts_in_market_fraction", "platforms.linkedin.visibility_fraction", "platforms.facebook.visibility_fraction", "behaviour.offered_share_probability",
            "behaviour.source_multiplier", "programme.displacement_fraction", "programme.cost.seat_per_month", "paid.cpm", "paid.viewable_fraction")
"""Values that people ask about first."""
MARKS = {"A": "read in the primary source", "B": "in a secondary source that names the primary one", "B weak": "the same, with an unclear method or a tiny sample",
         "C": "from memory, not verified", "D": "arithmetic from other figures", "assumed": "assumed, with the reason given"}
LIMITS = (
    "How visible a personal post on LinkedIn is. Nobody published it; the default is the middle of a wide guess.",
    "How far employees' contacts belong to your market. The default of 0.3 is assumed, and reach is nearly proportional to it.",
    "How fast advocates tire, and how many posts a programme merely displaces.",
    "Whether an impression persuades. Reach and reactions are counted, sales are not.",
    "Your auction. Prices per thousand are flat unless paid.pricing is auction; how fast real ones rise in a feed nobody published.",
    "How far back survey answers reach. Intervals cover luck, society and the parameters that calibration draws, not every assumption.",
)
"""What the model cannot know; the README says the same."""


class Assumption(NamedTuple):
    """One value that was used."""

    key: str
    says: str
    value: str
    """As text; of a drawn value the median and the range that holds 90% of the draws."""
    unit: str
    role: str
    """`lever` is what one chooses, `uncertainty` is what one cannot."""
    drawn: bool
    figures: tuple[Figure, ...]
    reason: str
    """Why it is assumed, where it is; empty else."""

    @property
    def marks(self) -> str:
        """How far the basis can be trusted: marks of `MARKS`."""
        marks = sorted({figure.confidence for figure in self.figures})
        return ", ".join([*marks, *(["assumed"] if self.reason else [])])

    @property
    def rests_on(self) -> str:
        """Sources, each once, and the reason, in a line."""
        return "; ".join([*dict.fromkeys(figure.source for figure in self.figures), *([self.reason] if self.reason else [])])


def leaves(block: BaseModel, prefix: str = "") -> Iterator[tuple[str, Any, FieldInfo]]:
    """Dotted key, value and field of everything that a scenario sets; mappings and lists come whole."""
    for name, field in type(block).model_fields.items():
        value, key = getattr(block, name), f"{prefix}{name}"
        if isinstance(value, BaseModel) and not isinstance(field.json_schema_extra, dict):
            yield from (pair for one, platform in value.items() for pair in leaves(platform, f"{key}.{one}.")) if name == "platforms" else leaves(value, f"{key}.")  # type: ignore[attr-defined]
        else:
            yield key, value.model_dump(mode="json") if isinstance(value, BaseModel) else value, field


def as_text(value: Any) -> str:
    """A value of a scenario in a line of text."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {as_text(part)}" for name, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(as_text, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return number(float(value)) if isinstance(value, int | float) else "left to the program" if value is None else str(value)


def assumptions(scenario: Scenario) -> list[Assumption]:
    """Every value with a basis, in the order of the scenario."""
    evidence, ranges = load_evidence(), _drawn(scenario)
    found = []
    for key, value, field in leaves(scenario):
        basis = field.json_schema_extra
        if not isinstance(basis, dict) or "role" not in basis:
            continue
        listed: Any = basis.get("evidence") or []
        found.append(Assumption(key, str(field.description), ranges.get(key, as_text(value)), str(basis["unit"]), str(basis["role"]), key in ranges,
                                tuple(evidence[name] for name in listed), str(basis.get("assumed") or "")))
    return found


def headline(scenario: Scenario) -> list[Assumption]:
    """Those that people ask about first."""
    by_key = {each.key: each for each in assumptions(scenario)}
    return [by_key[key] for key in HEADLINE if key in by_key]


def _drawn(scenario: Scenario) -> dict[str, str]:
    """Median and range of the parameters that were drawn anew for each replication."""
    if scenario.run.parameters == "fixed":
        return {}
    held = set(held_keys(scenario))
    return {key: "{1} ({0} to {2})".format(*(number(float(part)) for part in np.quantile(draws, (0.05, 0.5, 0.95))))
            for key, draws in posterior_of(scenario).draws.items() if key not in held}
