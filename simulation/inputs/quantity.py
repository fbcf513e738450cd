"""A scenario value with its unit, range and basis: evidence, or an assumption with its reason."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    """A block of scenario keys: frozen, typed strictly, and closed to unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, validate_default=True)


def quantity(
    default: Any,
    unit: str,
    description: str,
    *,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    evidence: tuple[str, ...] = (),
    assumed: str | None = None,
    role: Literal["lever", "uncertainty"] = "uncertainty",
) -> Any:
    """
    Declare one scenario value.

    Parameters
    ----------
    default : the value used where a scenario says nothing
    unit : of the value, spelled out
    low, high, above : inclusive lower and upper bound, exclusive lower bound
    evidence : keys of the evidence file that the default rests on
    assumed : the reason for a default that no evidence fixes; may stand beside `evidence` that bounds it
    role : `lever` is what one chooses, `uncertainty` is what one cannot
    """
    if not evidence and not assumed:
        raise TypeError(f"{description!r} needs evidence or the reason of an assumption")
    basis: dict[str, Any] = {"unit": unit, "role": role, "evidence": list(evidence), "assumed": assumed}
    return Field(default=default, description=description, ge=low, le=high, gt=above, json_schema_extra=basis)


def lever(default: Any, unit: str, description: str, *, low: float | None = None, high: float | None = None,
          above: float | None = None, evidence: tuple[str, ...] = (), assumed: str = "the user's choice") -> Any:
    """Declare a value that one chooses; its default is an example, not a finding."""
    return quantity(default, unit, description, low=low, high=high, above=above, evidence=evidence,
                    assumed=assumed, role="lever")
