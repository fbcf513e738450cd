"""The analysis of a study in words and short tables."""

from __future__ import annotations

from simulation.presentation.answer import columns
from simulation.presentation.chart_influence import LEADING, ranked
from simulation.presentation.chart_sources import interest_words, limits_words, luck_words, percent
from simulation.presentation.sensitivity_words import PARTS, Study, capital, interval, number, outcome_words, points_words, unit
from simulation.studies.sensitivity.analysis import Sensitivity
from simulation.studies.sensitivity.indices import Indices
from simulation.studies.sensitivity.table import StudyTable

INDEX_WORDS = {"sobol": "part of the variance, with interactions (total Sobol index)", "morris": "mean absolute effect across the range (Morris)",
               "given data": "importance for any table (PAWN, 0 to 1)"}


def sensitivity_answer(found: Sensitivity, study: Study) -> str:
    """What `advocacy sensitivity` prints."""
    table = found.table
    spread = f", {number(float(table.means.min()))} to {number(float(table.means.max()))} over points"
    heading = (f"{capital(outcome_words(table.outcome))} ({table.outcome}, world {table.world}; {unit(table, study, whole=True)}): "
               f"{number(float(table.means.mean()))} on average{spread}. {capital(points_words(table))}.")
    parts = [heading, _variance(found), *(_indices(table, each) for each in found.indices), _effects(found), _emulator(found), _box(found), _missing(found)]
    return "\n\n".join(part for part in parts if part)


def _variance(found: Sensitivity) -> str:
    if not found.variance:
        return ""
    said = ", ".join(f"{PARTS[part.source].label.lower()} {percent(part.part)} ({percent(part.low)} to {percent(part.high)})" for part in found.variance)
    return f"Variance: {said}. {luck_words(found.table)}"


def _indices(table: StudyTable, found: Indices) -> str:
    rows: list[tuple[str, ...]] = [(capital(INDEX_WORDS[found.method]), "", "alone" if found.method == "sobol" else "")]
    for index in ranked(found):
        first = next((each for each in found.indices if each.key == index.key and each.name == "first order"), None) if found.method == "sobol" else None
        rows.append((index.key, _figure(index.value, index.low, index.high), "" if first is None else _figure(first.value, first.low, first.high)))
    floor = f"\nA key made up at random shows up to {number(found.floor[LEADING[found.method]])}." if found.floor else ""
    return columns(rows) + floor


def _effects(found: Sensitivity) -> str:
    if not found.effects:
        return ""
    rows: list[tuple[str, ...]] = [("From one end to the other", "from", "to", "changes it by")]
    rows += [(effect.key, effect.low_at, effect.high_at, _figure(effect.change, effect.change_low, effect.change_high)) for effect in found.effects]
    return columns(rows)


def _figure(value: float, low: float, high: float) -> str:
    ends = interval(low, high)
    return (number(value, low, high) + (f" ({ends})" if ends else "")).replace("−", "-")


def _emulator(found: Sensitivity) -> str:
    if found.emulator is None:
        return ""
    error = found.emulator.error
    return (f"Emulator ({found.emulator.kind}): on points that it had not seen it explains {max(error.explained, 0):.0%} of their variance; "
            f"typical error {number(error.absolute, digits=2)}, root mean square {number(error.rmse, digits=2)} ({error.folds} folds of {error.points} points).")


def _box(found: Sensitivity) -> str:
    if found.box is None:
        return ""
    box, table = found.box, found.table
    ends = f"{percent(box.density_low)} to {percent(box.density_high)}"
    return (f"Box: {limits_words(table, box.limits)}. Inside, {interest_words(table, box)} in {percent(box.density)} of points ({ends}; "
            f"all points {percent(box.cases)}), on {box.inside} points that it was not chosen on. It holds {percent(box.coverage)} of such points.")


def _missing(found: Sensitivity) -> str:
    return "\n".join(f"Not there, {name}: {why}." for name, why in found.missing.items())
