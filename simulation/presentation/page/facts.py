"""Facts that hold and break, for a report: those of the results folder where there are, else those shipped for the baseline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from simulation.errors import InputError
from simulation.presentation.facts_answer import number
from simulation.presentation.showing import Showing
from simulation.presentation.stored import StoredResult

SHIPPED = Path(__file__).resolve().parents[2] / "inputs" / "validation.json"
"""What `advocacy facts baseline --json` said."""
NAME = "facts.json"


class FactLine(NamedTuple):
    """One fact as a line of a table."""

    title: str
    published: str
    ours: str
    verdict: str
    reason: str
    source: str
    url: str | None
    mark: str


class Validation(NamedTuple):
    """All facts that were judged."""

    scenario: str
    own: bool
    """Whether they were measured in the scenario that is reported."""
    replications: int
    lines: list[FactLine]

    def count(self, verdict: str) -> int:
        """Facts with a verdict."""
        return sum(line.verdict == verdict for line in self.lines)


def validation(result: Showing) -> Validation | None:
    """The facts beside the results, else the shipped ones; None where there are neither. Raises `InputError` where the file beside them is none of ours."""
    own = result.folder / NAME if isinstance(result, StoredResult) else None
    file = own if own is not None and own.is_file() else SHIPPED
    if not file.is_file():
        return None
    try:
        contents = json.loads(file.read_text(encoding="utf-8"))
        lines = [_line(fact) for fact in contents["facts"]]
        return Validation(str(contents["scenario"]), file is own, int(contents["replications"]), lines)
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(f"{file}: no facts in it; allowed: what advocacy facts --json printed, or no such file") from None


def _line(fact: dict[str, Any]) -> FactLine:
    ours = fact["ours"]
    return FactLine(str(fact["title"]), "a direction only" if fact["published"] is None else number(fact["published"]),
                    "not measured" if ours is None else f"{number(ours['mean'])} ({number(ours['low'])} to {number(ours['high'])})",
                    str(fact["verdict"]), str(fact["reason"] or ""), str(fact["source"]), fact["url"], str(fact["confidence"]))
