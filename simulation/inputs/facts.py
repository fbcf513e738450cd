"""The catalogue of published facts and of folklore claims, as data: what was published, under which circumstances, and what would count as agreeing."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from simulation.errors import InputError, unknown
from simulation.inputs.evidence import Evidence, Figure, bases, load_evidence

FILE = Path(__file__).with_name("facts.toml")


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Free(_Entry):
    """A setting that the published figure leaves open, with the range that it may lie in."""

    setting: str
    low: float
    high: float
    why: str

    @model_validator(mode="after")
    def _is_a_range(self) -> Free:
        if not self.low < self.high:
            raise ValueError(f"free setting '{self.setting}' runs from {self.low:g} to {self.high:g}; allowed: low below high")
        return self


class Setup(_Entry):
    """Circumstances under which figures of one study are reproduced; names without a dot are conditions of the observation, not scenario keys."""

    observation: str
    platform: str | None = None
    settings: dict[str, Any] = {}
    conditions: dict[str, float] = {}
    says: str
    """The same in words, for readers."""


class Fact(_Entry):
    """A published figure that the model can be asked about."""

    key: str
    title: str
    topic: str
    target: str | None = None
    """Its number in the project's list of validation targets."""
    figure: str
    per: str | None = None
    """A figure by which the published one is divided."""
    setup: str
    measure: str
    low: float | None = None
    high: float | None = None
    within: float | None = None
    factor: float | None = None
    own_range: bool = False
    """The band is the range that was published with the figure."""
    band: str
    """Why the band is as wide as it is."""
    free: tuple[Free, ...] = ()
    chosen_with: tuple[str, ...] = ()
    """Parts of the model that were chosen with this figure in view although no default names it."""
    reason: str = ""
    """What in the model, or in the figure, is behind a difference."""

    @model_validator(mode="after")
    def _has_one_band(self) -> Fact:
        ways = [self.low is not None or self.high is not None, self.within is not None, self.factor is not None, self.own_range]
        if sum(ways) != 1:
            raise ValueError("give one band: low and/or high, within, factor, or own_range")
        return self


class Claim(_Entry):
    """A claim without a source that can be assumed, to see which facts it breaks."""

    name: str
    figure: str | None = None
    says: str
    reading: str
    """What is set so that the claim comes true."""
    leaves: tuple[str, ...] = ()
    """Setups in which what is set would mean something else."""


class Facts:
    """Facts by key, setups and claims by name, with the evidence that they point at."""

    def __init__(self, facts: dict[str, Fact], setups: dict[str, Setup], claims: dict[str, Claim], evidence: Evidence) -> None:
        self._facts, self.setups, self.claims, self.evidence = facts, setups, claims, evidence

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._facts.values())

    def __len__(self) -> int:
        return len(self._facts)

    def __getitem__(self, key: str) -> Fact:
        """The fact with this key. Raises `InputError` naming the nearest one."""
        if key not in self._facts:
            raise unknown("facts", "fact", key, self._facts)
        return self._facts[key]

    def claim(self, name: str) -> Claim:
        """The claim with this name. Raises `InputError` with the list of names."""
        if name not in self.claims:
            raise unknown("--assume", "claim", name, self.claims)
        return self.claims[name]

    def source(self, fact: Fact) -> Figure:
        """The published figure of a fact."""
        return self.evidence[fact.figure]

    def published(self, fact: Fact) -> float | None:
        """Its value; None where only a direction was published."""
        value = self.source(fact).value
        return value if value is None or fact.per is None else value / (self.evidence[fact.per].value or 1.0)

    def limits(self, fact: Fact) -> tuple[float, float]:
        """The band in which the model agrees; infinite where it is open."""
        figure, value = self.source(fact), self.published(fact)
        if fact.own_range:
            return _or(figure.low, -1), _or(figure.high, 1)
        if fact.within is not None and value is not None:
            return value - fact.within, value + fact.within
        if fact.factor is not None and value is not None:
            return value / fact.factor, value * fact.factor
        return _or(fact.low, -1), _or(fact.high, 1)

    def held_out(self, fact: Fact) -> bool:
        """Whether no default rests on the figure, nor on one derived from it, and nothing was chosen with it in view."""
        return not fact.chosen_with and fact.figure not in self._used

    @property
    def _used(self) -> frozenset[str]:
        return _used_for_defaults(self.evidence)


def _or(limit: float | None, sign: int) -> float:
    return sign * float("inf") if limit is None else limit


@lru_cache(maxsize=4)
def _used_for_defaults(evidence: Evidence) -> frozenset[str]:
    """Figures that some default of a scenario rests on, and those from which these were derived."""
    todo = [key for _, basis in bases() for key in basis["evidence"]]
    used: set[str] = set()
    while todo:
        key = todo.pop()
        if key not in used:
            used.add(key)
            todo += evidence[key].derived_from
    return frozenset(used)


@lru_cache(maxsize=4)
def load_facts(path: Path = FILE) -> Facts:
    """The catalogue in a file (TOML). Raises `InputError` naming file, entry and key."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({(error.strerror or str(error)).lower()})") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path}: not valid TOML: {error}") from None
    if strange := tables.keys() - {"setups", "facts", "claims"}:
        raise unknown(str(path), "table", sorted(strange)[0], ("setups", "facts", "claims"))
    evidence = load_evidence()
    setups = {name: _entry(path, f"setups.{name}", Setup, table) for name, table in tables.get("setups", {}).items()}
    facts = {key: _entry(path, f"facts.{key}", Fact, {"key": key, **table}) for key, table in tables.get("facts", {}).items()}
    claims = {name: _entry(path, f"claims.{name}", Claim, {"name": name, **table}) for name, table in tables.get("claims", {}).items()}
    for figure in (*(fact.figure for fact in facts.values()), *(fact.per for fact in facts.values()), *(claim.figure for claim in claims.values())):
        if figure is not None:
            evidence[figure]
    for fact in facts.values():
        if fact.setup not in setups:
            raise unknown(f"{path}: [facts.{fact.key}]", "setup", fact.setup, setups)
    for claim in claims.values():
        for name in claim.leaves:
            if name not in setups:
                raise unknown(f"{path}: [claims.{claim.name}]", "setup", name, setups)
    return Facts(facts, setups, claims, evidence)


def _entry[Kind: _Entry](path: Path, name: str, kind: type[Kind], table: Mapping[str, Any]) -> Kind:
    try:
        return kind(**table)
    except (ValidationError, TypeError) as error:
        found = error.errors()[0] if isinstance(error, ValidationError) else {"loc": (), "msg": str(error)}
        raise InputError(f"{path}: [{name}] {'.'.join(map(str, found['loc']))}: {found['msg']}") from None
