"""What can be moved on the page: keys of a scenario, with unit, range and source from where they are declared."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal, NamedTuple, get_args

from pydantic.fields import FieldInfo

from simulation.inputs.complaints import field_of
from simulation.inputs.evidence import load_evidence
from simulation.inputs.parameters import Scenario
from simulation.inputs.posterior import load_posterior

Kind = Literal["slider", "steps", "percent", "choice"]

MANTISSAS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
"""Stops of a lever that covers several powers of ten: each 20 to 33% above the last."""


class Lever(NamedTuple):
    """One lever; `unset` says in words what leaving it alone means, where it can be left alone."""

    key: str
    label: str
    kind: Kind
    low: float = 0.0
    high: float = 1.0
    step: float = 1.0
    choices: tuple[str, ...] = ()
    unset: str = ""
    first: float = 0.1
    """Of kind `steps`: the first stop above nothing."""

    @property
    def field(self) -> FieldInfo:
        """Where the key is declared."""
        found = field_of(Scenario, tuple(self.key.split(".")))
        assert found is not None, self.key
        return found

    @property
    def basis(self) -> dict[str, Any]:
        """Unit, role, evidence and assumption of the key."""
        extra = self.field.json_schema_extra
        assert isinstance(extra, dict), self.key
        return extra

    @property
    def whole(self) -> bool:
        """Whether the value is a whole number."""
        kinds = get_args(self.field.annotation) or (self.field.annotation,)
        return all(kind is int or isinstance(kind, int) or kind is type(None) for kind in kinds)


NOT_KNOWN = "drawn anew for each replication, from the calibrated posterior"

GROUPS: dict[str, tuple[Lever, ...]] = {
    "Firm and market": (
        Lever("society.employees", "Employees", "steps", 10, 100_000),
        Lever("market.consumers", "People in the market", "steps", 1_000, 10_000_000),
        Lever("horizon.weeks", "Length of the campaign, weeks", "slider", 1, 52),
        Lever("society.region", "Region", "choice", choices=("north_america", "europe")),
    ),
    "Programme": (
        Lever("programme.enrolment_fraction", "Employees enrolled, %", "percent", 0, 100),
        Lever("programme.stage", "Maturity of the programme, stage", "slider", 1, 5),
        Lever("programme.items_per_week", "Posts offered a week", "slider", 0, 20, 0.5),
        Lever("programme.cost.seat_per_month", "Software, per seat and month", "steps", 0, 200, first=1),
        Lever("programme.cost.coordinator_per_month", "Coordinator, per month", "steps", 0, 20_000, first=100),
        Lever("programme.cost.content_per_item", "Making a post", "steps", 0, 5_000, first=10),
    ),
    "Ads": (
        Lever("paid.budget", "Ad budget, whole period", "steps", 0, 10_000_000, first=500, unset="as much as the programme is planned to cost"),
        Lever("paid.cpm.linkedin", "LinkedIn, per 1,000 ad impressions", "steps", 0.1, 500),
        Lever("paid.cpm.facebook", "Facebook, per 1,000 ad impressions", "steps", 0.1, 500),
        Lever("paid.cpm.twitter", "Twitter, per 1,000 ad impressions", "steps", 0.1, 500),
        Lever("paid.viewable_fraction", "Ad impressions that are seen, %", "percent", 0, 100),
        Lever("paid.targeting.audience_fraction", "Market that ads are aimed at, %", "percent", 1, 100),
    ),
    "What nobody knows well": (
        Lever("market.contacts_in_market_fraction", "Employees' contacts in the market, %", "percent", 1, 100, unset=NOT_KNOWN),
        Lever("platforms.linkedin.visibility_fraction", "LinkedIn followers shown a personal post, %", "percent", 0, 95, unset=NOT_KNOWN),
        Lever("behaviour.offered_share_probability", "Offered posts that an employee shares at stage 1, %", "percent", 1, 90, unset=NOT_KNOWN),
        Lever("programme.displacement_fraction", "Unprompted posts that the programme replaces, %", "percent", 0, 100),
    ),
}
LEVERS = {lever.key: lever for group in GROUPS.values() for lever in group}


def value_of(scenario: Scenario, key: str) -> Any:
    """The scenario's value at a dotted key; None where there is none."""
    found: Any = scenario
    for part in key.split("."):
        found = found.get(part) if isinstance(found, dict) else getattr(found, part, None)
    return found


def stops(lever: Lever, value: float | None = None) -> list[float]:
    """The values that a lever of kind `steps` can take, ascending; a value off the grid is put among them."""
    grid = [0.0] if lever.low == 0 else []
    powers = [10.0**power for power in range(-2, 9)]
    grid += [round(mantissa * power, 6) for power in powers for mantissa in MANTISSAS if max(lever.low, lever.first) <= round(mantissa * power, 6) <= lever.high]
    return sorted({number for number in grid if not lever.whole or number == round(number)} | ({float(value)} if value is not None else set()))


def typed(lever: Lever, shown: Any) -> Any:
    """The scenario's value for what a lever shows: percentages as fractions, whole numbers whole."""
    if lever.kind == "percent":
        return round(float(shown) / 100.0, 6)
    if lever.kind == "choice":
        return str(shown)
    return round(shown) if lever.whole else float(shown)


def shown(lever: Lever, value: Any) -> Any:
    """What a lever shows for a scenario's value; the nearest it can show."""
    if lever.kind == "percent":
        return min(max(round(100.0 * value, 1), float(lever.low)), float(lever.high))
    if lever.kind == "slider":
        held = min(max(value, lever.low), lever.high)
        return round(held) if lever.whole else float(held)
    return float(value) if lever.kind == "steps" else value


def help_of(lever: Lever) -> str:
    """What is shown on hover: what it is, unit, range, and the evidence or the assumption behind the default."""
    unit, source = unit_of(lever), source_of(lever)
    return f"{lever.field.description}. Unit: {unit}. {source and f'{source} '}Key: `{lever.key}`".replace("$", "\\$")


def unit_of(lever: Lever) -> str:
    """Unit and range of a lever's key."""
    bounds = {type(rule).__name__: rule for rule in lever.field.metadata}
    low = getattr(bounds.get("Ge"), "ge", getattr(bounds.get("Gt"), "gt", None))
    high = getattr(bounds.get("Le"), "le", None)
    return f"{lever.basis['unit']}{f', {low:,g} to {high:,.15g}' if low is not None and high is not None else ''}"


@cache
def source_of(lever: Lever) -> str:
    """The evidence, the assumption and the posterior behind the default; nothing where it is simply chosen."""
    basis, figures = lever.basis, load_evidence()
    found = [figures[key] for key in basis["evidence"]]
    parts = [f"Source: {source}." for source in dict.fromkeys(f"{figure.source} (confidence {figure.confidence})" for figure in found)]
    if basis["assumed"] and basis["role"] != "lever":
        parts.append(f"Assumed: {basis['assumed']}.")
    draws = load_posterior().draws.get(lever.key)
    if draws:
        ordered = sorted(draws)
        ends = [ordered[round(part * (len(ordered) - 1))] for part in (0.05, 0.95)]
        parts.append(f"Left alone, it is drawn from the posterior: 90% between {ends[0]:.2g} and {ends[1]:.2g}.")
    return " ".join(parts)
