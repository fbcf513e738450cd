"""The folder of a study: pieces as they are finished, then one table; what is there survives any kill."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from simulation.engines.world import WORLDS
from simulation.errors import InputError
from simulation.inputs.scenario import scenario_text
from simulation.inputs.yaml_text import write_mapping
from simulation.presentation.folder import MARK, check_place, read_json, write_bytes, write_folder, write_json, write_text
from simulation.presentation.provenance import provenance, sign
from simulation.studies.sweep.plan import Plan
from simulation.studies.sweep.table import collected, failures_in, to_parquet

PLAN, TABLE, PIECES = "plan.json", "results.parquet", "pieces"


class StudyFolder:
    """
    Where a study is kept.

    Attributes
    ----------
    plan : as it was laid out when the study began
    failures : errors of the runs that failed, of all that are there
    """

    def __init__(self, place: Path, plan: Plan, command: str) -> None:
        self.place, self.plan = place, plan
        self._command, self._started = command, datetime.datetime.now(datetime.UTC)
        self.failures: list[str] = []

    @property
    def complete(self) -> bool:
        """Whether the table is there."""
        return (self.place / TABLE).is_file()

    def missing(self) -> list[int]:
        """Numbers of the pieces that are still to be played; what cannot be read is played again."""
        if self.complete:
            self.failures = failures_in((self.place / TABLE).read_bytes())
            return []
        (self.place / PIECES).mkdir(exist_ok=True)
        self.failures = []
        return [number for number in range(self.plan.chunks) if not self._there(number)]

    def sizes(self) -> list[int]:
        """Runs in each piece that is kept."""
        left = set(self.missing())
        return [self.plan.runs_in(number) for number in range(self.plan.chunks) if number not in left]

    def keep(self, number: int, piece: bytes) -> None:
        """Keep a piece."""
        write_bytes(self._piece(number), piece)
        self.failures += failures_in(piece)

    def finish(self) -> None:
        """Put all pieces into one table, sorted by key, and remove them."""
        if not self.complete:
            table = collected([self._piece(number).read_bytes() for number in range(self.plan.chunks)])
            write_bytes(self.place / TABLE, to_parquet(table))
        sign(self.place, self.plan.study.base, self._started, self._command, failed_runs=len(self.failures))
        shutil.rmtree(self.place / PIECES, ignore_errors=True)

    def _piece(self, number: int) -> Path:
        return self.place / PIECES / f"piece-{number:06d}.parquet"

    def _there(self, number: int) -> bool:
        """Whether a piece is there, whole."""
        path = self._piece(number)
        if not path.is_file():
            return False
        try:
            contents = path.read_bytes()
            whole: bool = pq.read_metadata(pa.BufferReader(contents)).num_rows == self.plan.runs_in(number) * len(WORLDS)
            self.failures += failures_in(contents) if whole else []
        except (OSError, pa.ArrowException):
            whole = False
        if not whole:
            path.unlink(missing_ok=True)
        return whole


def open_folder(place: Path, plan: Plan, *, resume: bool, anew: bool, command: str = "") -> StudyFolder:
    """
    The folder of a study, new or as it was left.

    Parameters
    ----------
    resume : go on with what is there
    anew : throw an unfinished study away

    Raises
    ------
    InputError
        The place holds something else, an unfinished study, or, when resumed, another study.
    """
    check_place(place)
    earlier = read_json(place / PLAN)
    if earlier and "pieces" not in earlier:
        raise InputError(f"--out: '{place}' holds a plan of advocacy plan; allowed: the folder of a study, or a new one")
    if resume and earlier:
        _same(place, plan, earlier)
        return StudyFolder(place, replace(plan, size=int(earlier["size"])), command)
    if resume and (place / MARK).is_file():
        raise InputError(f"--resume: '{place}' holds results that are no study; allowed: the folder of a study, or a new one")
    if earlier and not (place / TABLE).is_file() and not anew:
        there = len(list((place / PIECES).glob("piece-*.parquet")))
        raise InputError(f"--out: '{place}' holds an unfinished study, {there} of {earlier['pieces']} pieces; add --resume to go on with it, or --yes to begin anew")
    folder = StudyFolder(place, plan, command)
    write_folder(place, lambda fresh: _fill(fresh, folder))
    return folder


def _fill(fresh: Path, folder: StudyFolder) -> None:
    """What is there before the first run."""
    plan = folder.plan
    (fresh / PIECES).mkdir()
    write_text(fresh / "design.yaml", write_mapping(plan.study.design.model_dump(mode="json", exclude_unset=True)))
    write_text(fresh / "scenario.yaml", scenario_text(plan.study.base))
    keys = {role: [key for key, own in plan.study.roles.items() if own == role] for role in ("lever", "uncertainty")}
    write_json(fresh / PLAN, {"schema_version": 1, "points": len(plan.points), "replications": plan.study.design.replications, "method": plan.study.design.method,
                              "levers": keys["lever"], "uncertainties": keys["uncertainty"], "pieces": plan.chunks, "size": plan.size, "identity": plan.identity()})
    write_json(fresh / MARK, provenance(plan.study.base, folder._started, folder._command))


def _same(place: Path, plan: Plan, earlier: dict[str, Any]) -> None:
    """Refuse to go on with another study, and say in what it differs."""
    before, now = earlier.get("identity", {}), plan.identity()
    other = [name for name in now if before.get(name) != now[name]]
    if not other:
        return
    details = "; ".join(_details(place, plan)) if "base scenario" in other else ""
    cause = "the program was changed since" if other == ["program"] else f"other {', '.join(other)}" + (f" ({details})" if details else "")
    raise InputError(f"--resume: '{place}' holds another study: {cause}; allowed: the same design and program, or another --out")


def _details(place: Path, plan: Plan) -> Iterable[str]:
    with suppress(OSError):
        before, now = ((text.splitlines()) for text in ((place / "scenario.yaml").read_text(encoding="utf-8"), scenario_text(plan.study.base)))
        yield from (f"{line.strip()} instead of {old.strip()}" for old, line in zip(before, now, strict=False) if old != line)
