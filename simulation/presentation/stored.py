"""Results read back from the folder in which `compare` or `run` left them: redrawn, never played again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from simulation.errors import InputError, nearest
from simulation.inputs.parameters import Scenario
from simulation.inputs.scenario import read_resolved
from simulation.presentation.folder import MARK
from simulation.presentation.showing import Showing, SideBySide
from simulation.studies.summary import SCHEMA_VERSION

DEFAULT = Path("results") / "baseline"
ALLOWED = "a folder written by advocacy compare or advocacy run, such as results/baseline"


class StoredResult(Showing):
    """Results of one scenario, as they lie in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._summary = _summary(folder)
        self.scenario: Scenario = read_resolved(_there(folder, "scenario.yaml"), str(self._summary["scenario"]))
        self.complete = bool(self._summary["complete"])
        self.command = str(self.provenance().get("command", ""))

    def summary(self) -> dict[str, Any]:
        """The contents of `summary.json`."""
        return self._summary

    def to_dataframe(self) -> pd.DataFrame:
        """The daily table: one row per replication, world, platform, channel and day."""
        return self._daily

    def frequency(self) -> pd.DataFrame:
        """People at each number of impressions, per replication, world and channel."""
        return self._frequency

    def verdict(self) -> pd.DataFrame | None:
        """Added reach by enrolment and ad price; None where it was not played, or by a program that did not keep it."""
        return _table(self.folder / "verdict.parquet") if (self.folder / "verdict.parquet").is_file() else None

    def provenance(self) -> dict[str, Any]:
        """The contents of `provenance.json`."""
        return _json(_there(self.folder, MARK))

    @cached_property
    def _daily(self) -> pd.DataFrame:
        return _table(_there(self.folder, "daily.parquet"))

    @cached_property
    def _frequency(self) -> pd.DataFrame:
        return _table(_there(self.folder, "frequency.parquet"))


class StoredComparison(SideBySide):
    """Results of several scenarios, as they lie in a folder."""

    def __init__(self, folder: Path, contents: dict[str, Any]) -> None:
        super().__init__([StoredResult(folder / str(summary["scenario"])) for summary in contents["scenarios"]])
        self._differences: list[dict[str, Any]] = contents["differences"]

    def differences(self) -> list[dict[str, Any]]:
        """Each further scenario's differences from the first, replication by replication."""
        return self._differences


def read_results(folder: str | Path = DEFAULT) -> StoredResult | StoredComparison:
    """
    What `compare` or `run` left in a folder.

    Raises
    ------
    InputError
        There is no such folder, it holds something else, or a file of it is missing or damaged.
    """
    place = Path(folder)
    if not place.is_dir():
        kind = "which is a file" if place.exists() else "which does not exist"
        raise InputError(f"RESULTS: given {place}, {kind}; allowed: {ALLOWED}{_guess(place)}")
    if (place / "plan.json").is_file() or (place / "design.yaml").is_file():
        kind = "plan of advocacy plan" if (place / "evaluations").is_dir() else "study of advocacy sweep"
        raise InputError(f"RESULTS: given {place}, which holds a {kind}; allowed: {ALLOWED}")
    if not (place / "summary.json").is_file() or not (place / MARK).is_file():
        raise InputError(f"RESULTS: given {place}, which holds no results ({MARK} or summary.json is missing); allowed: {ALLOWED}{_guess(place)}")
    contents = _json(place / "summary.json")
    if isinstance(contents.get("scenarios"), list) and isinstance(contents.get("differences"), list):
        return StoredComparison(place, contents)
    return StoredResult(place)


def scenario_of(folder: Path, settings: Sequence[str] = ()) -> Scenario:
    """The scenario that was played into a folder, of several the first. Raises `InputError` where there is none, or where settings are given as well."""
    found = read_results(folder)
    if settings:
        raise InputError(f"--set: given with the results in {folder}; allowed: with a scenario file or a shipped name, since results are of one scenario")
    return (found.results[0] if isinstance(found, SideBySide) else found).scenario


def _guess(place: Path) -> str:
    """Folders with results nearby: the one with the nearest name, else all of them."""
    around = [*place.parent.glob("*"), *DEFAULT.parent.glob("*")]
    there = sorted({str(path) for path in around if (path / MARK).is_file() and (path / "summary.json").is_file()})
    guess = nearest(str(place), there)
    return f". Did you mean '{guess}'?" if guess else f". There are: {', '.join(there[:5])}" if there else ""


def _summary(folder: Path) -> dict[str, Any]:
    contents = _json(_there(folder, "summary.json"))
    if contents.get("schema_version") != SCHEMA_VERSION or not isinstance(contents.get("worlds"), dict):
        raise InputError(f"{folder / 'summary.json'}: schema_version: given {contents.get('schema_version')}; allowed: {SCHEMA_VERSION}. "
                         "Play the scenario again with this version of the program")
    if not contents["worlds"]:
        raise InputError(f"{folder / 'summary.json'}: no replication was finished, so there is nothing to show")
    return contents


def _there(folder: Path, name: str) -> Path:
    if not (folder / name).is_file():
        raise InputError(f"RESULTS: {folder / name} is missing; allowed: {ALLOWED}, with all its files")
    return folder / name


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as JSON ({error}); play the scenario again") from None
    if not isinstance(found, dict):
        raise InputError(f"{path}: holds no mapping; play the scenario again")
    return found


def _table(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as Parquet ({str(error).splitlines()[0]}); play the scenario again") from None
