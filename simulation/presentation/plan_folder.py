"""The folder of a plan: every evaluation as it is done, kept whole, so that a plan goes on where it was stopped, or asks another question of what was played."""

from __future__ import annotations

import datetime
import hashlib
import json
from pathlib import Path
from typing import Any

from simulation.errors import InputError
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import scenario_text
from simulation.presentation.folder import MARK, check_place, read_json, write_bytes, write_folder, write_json, write_text
from simulation.presentation.provenance import provenance, sign
from simulation.studies.decisions.evaluating import Kept
from simulation.studies.sweep.plan import origin_of, text_digest

IDENTITY, EVALUATIONS, SUMMARY = "plan.json", "evaluations", "summary.json"


class PlanFolder:
    """
    Where a plan is kept.

    Attributes
    ----------
    known : evaluations that are there
    """

    def __init__(self, place: Path, base: Scenario, *, resume: bool, anew: bool, command: str = "") -> None:
        self.place, self._base, self._command = place, base, command
        self.started = datetime.datetime.now(datetime.UTC)
        check_place(place)
        earlier, identity = read_json(place / IDENTITY), identity_of(base)
        if "pieces" in earlier:
            raise InputError(f"--out: '{place}' holds a study of advocacy sweep; allowed: the folder of a plan, or a new one")
        if resume and earlier:
            if other := [name for name in identity if earlier.get(name) != identity[name]]:
                raise InputError(f"--resume: '{place}' holds a plan with another {', '.join(other)}; allowed: the same scenario and program, or another --out")
        elif earlier and not (place / SUMMARY).is_file() and not anew:
            raise InputError(f"--out: '{place}' holds an unfinished plan; add --resume to go on with it, or --yes to begin anew")
        else:
            write_folder(place, lambda fresh: self._begin(fresh, identity))
        self.known = self._load()

    def keep(self, kept: Kept) -> None:
        """Keep some evaluations, in a file of their own."""
        text = json.dumps(kept, indent=0, sort_keys=True, allow_nan=False)
        name = hashlib.blake2b("\n".join(sorted(kept)).encode(), digest_size=12).hexdigest()
        write_bytes(self.place / EVALUATIONS / f"{name}.json", text.encode())

    def sign(self) -> None:
        """Write where the results come from; a plan that was resumed tells when it began."""
        sign(self.place, self._base, self.started, self._command)

    def _begin(self, fresh: Path, identity: dict[str, Any]) -> None:
        (fresh / EVALUATIONS).mkdir()
        write_json(fresh / IDENTITY, identity)
        write_text(fresh / "scenario.yaml", scenario_text(self._base))
        write_json(fresh / MARK, provenance(self._base, self.started, self._command))

    def _load(self) -> Kept:
        """All evaluations that are there whole; files that cannot be read are played again."""
        found: Kept = {}
        for path in sorted((self.place / EVALUATIONS).glob("*.json")):
            found |= read_json(path)
        return found


def identity_of(base: Scenario) -> dict[str, Any]:
    """What must not change for evaluations to be used again, by name; budget and goal may."""
    return {"scenario": text_digest(scenario_text(base)), **origin_of(base)}
