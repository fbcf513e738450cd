"""What an import leaves behind: a clean table, what was dropped, a scenario to extend, and the report in words and as JSON."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from simulation.inputs.exports.read import Export
from simulation.inputs.exports.table import LABELS, joined
from simulation.inputs.scenario import nested
from simulation.presentation.folder import MARK, write_csv, write_folder, write_json, write_parquet, write_text
from simulation.presentation.numbers import significant
from simulation.studies.export_settings import Setting
from simulation.studies.ladder import Estimate, Fit

if TYPE_CHECKING:
    from simulation.studies.agreement import Agreement

SCHEMA_VERSION = 1


class Imported(NamedTuple):
    """Exports, what was fitted to them, and the settings that follow."""

    exports: Sequence[Export]
    fits: Sequence[Fit]
    settings: Sequence[Setting]
    agreements: Sequence[Agreement] = ()

    def report(self) -> dict[str, Any]:
        """Everything but the rows, as JSON values; null where a figure is undefined."""
        return {"schema_version": SCHEMA_VERSION, "files": [_export(export) for export in self.exports],
                "fits": [{"rung": fit.rung, "model": fit.model, "source": fit.source, "rows": fit.rows, "error": _number(fit.error), "notes": list(fit.notes),
                          "estimates": {one.name: {"value": _number(one.value), "low": _number(one.low), "high": _number(one.high), "unit": one.unit} for one in fit.estimates}}
                         for fit in self.fits],
                "reruns": [agreement._asdict() for agreement in self.agreements],
                "settings": [{"key": one.key, "value": _number(one.value) if isinstance(one.value, float) else one.value, "low": _number(one.low), "high": _number(one.high),
                              "how": one.how, "source": one.source, "refused": one.refused} for one in self.settings]}

    def text(self) -> str:
        """What was understood, found and fitted, for people."""
        lines = [line for export in self.exports for line in _said(export)]
        lines += [line for fit in self.fits for line in _fitted(fit)]
        if not self.fits:
            lines.append("No fit: no pair of impressions and reach that one could be made of.")
        lines += [_agreed(agreement) for agreement in self.agreements]
        used = [setting for setting in self.settings if setting.refused is None]
        lines += ["", "Settings for a scenario:" if used else "No settings for a scenario follow from these files."]
        lines += [f"  {setting.key}: {_shown(setting.value)}{_interval(setting.low, setting.high)}, {setting.how}" for setting in used]
        lines += [f"  left out: {setting.key} = {_shown(setting.value)}: {setting.refused}" for setting in self.settings if setting.refused]
        return "\n".join(lines)

    def scenario(self) -> str:
        """A scenario file that extends the baseline with what was found; each key with its source."""
        used = [setting for setting in self.settings if setting.refused is None]
        sources = list(dict.fromkeys(Path(export.source).name for export in self.exports))
        lines = ["# Written by 'advocacy import'. Extend it: `extends: scenario.yaml` beside it.", "extends: baseline",
                 "title: " + json.dumps("Imported: " + ", ".join(sources[:3]), ensure_ascii=False), "purpose: The baseline with the prices, rates and sizes of imported reports.",
                 "sources: " + json.dumps(sources, ensure_ascii=False)]
        lines += _yaml(nested({setting.key: setting for setting in used}), 0)
        for setting in self.settings:
            if setting.refused:
                lines.append(f"# {setting.key}: {_shown(setting.value)} ({_one_line(setting.source)}) left out: {_one_line(setting.refused)}")
        return "\n".join(lines) + "\n"

    def save(self, folder: Path, command: str) -> None:
        """Write the folder whole or not at all."""
        write_folder(folder, lambda place: self._fill(place, command))

    def _fill(self, place: Path, command: str) -> None:
        table = tidy(joined([export.table for export in self.exports]))
        write_csv(place / "table.csv", table)
        write_parquet(place / "table.parquet", table)
        dropped = [export.dropped for export in self.exports if len(export.dropped)]
        write_csv(place / "dropped.csv", pd.concat(dropped, ignore_index=True) if dropped else pd.DataFrame(columns=["source", "row", "reason"]))
        write_text(place / "scenario.yaml", self.scenario())
        write_json(place / "import.json", self.report())
        write_json(place / MARK, {"command": command, "versions": {"advocacy-reach": version("advocacy-reach")}})


def tidy(table: pd.DataFrame) -> pd.DataFrame:
    """The internal table without columns that hold nothing, labels stored once, days as days."""
    kept = [column for column in table.columns if table[column].notna().any() and (column not in ("breakdown", "frequency_level") or (table[column] != "").any())]
    always = {"entity_id", "window_start", "window_end", "spend", "currency", "impressions", "reach", "frequency", "clicks", "engagements", "audience_size"}
    table = table[[column for column in table.columns if column in kept or column in always]].copy()
    for column in ("window_start", "window_end"):
        table[column] = table[column].dt.strftime("%Y-%m-%d")
    for column in LABELS:
        if column in table:
            table[column] = table[column].astype("category")
    return table


def _export(export: Export) -> dict[str, Any]:
    return {"source": export.source, "kind": export.kind.name, "platform": export.platform or None, "channel": export.kind.channel, "encoding": export.encoding,
            "separator": export.separator, "numbers": export.numbers, "header_row": export.header_row, "columns": export.header.named, "not_used": list(export.header.unused),
            "currency": export.currency, "window": list(export.window),
            "rows": {"read": export.rows_read, "kept": len(export.table), "dropped": len(export.dropped), "totals": export.totals_rows},
            "total": export.total, "findings": [finding._asdict() for finding in export.findings]}


def _said(export: Export) -> list[str]:
    window = " to ".join(day for day in export.window if day) or "no dates"
    separator = f", {export.separator}-separated" if export.separator else ""
    lines = [f"{export.source}: {export.kind.title} ({export.kind.name}{', ' + export.platform if export.platform else ''})",
             f"  {export.encoding}{separator}, headers in row {export.header_row}, {export.numbers}, {export.currency or 'no currency'}, {window}",
             f"  {export.rows_read:,} rows read: {len(export.table):,} kept, {len(export.dropped):,} dropped, {export.totals_rows:,} totals",
             "  columns: " + ", ".join(f"{column} = '{_one_line(title)}'" for column, title in export.header.named.items())]
    if export.header.unused:
        names = [_one_line(title) for title in export.header.unused]
        lines.append("  not used: " + ", ".join(f"'{name}'" for name in names[:8]) + (f" and {len(names) - 8:,} more" if len(names) > 8 else ""))
    if not export.platform:
        lines.append("  no platform is known, so no setting follows; name it with --platform")
    return [*lines, *(f"  {finding.level}: {finding.message}" for finding in export.findings)]


def _fitted(fit: Fit) -> list[str]:
    error = "through every point" if fit.error is None else f"fit error {fit.error:.2g}"
    lines = ["", f"Fit ({fit.rung}) {fit.model}, {fit.rows:,} {'row' if fit.rows == 1 else 'rows'} of {Path(fit.source).name}, {error}"]
    lines += [f"  {_estimate(one)}" for one in fit.estimates]
    return [*lines, *(f"  note: {note}" for note in fit.notes)]


def _agreed(one: Agreement) -> str:
    """What a rerun with the fitted shape came to."""
    verdict = "agree at 1 to 10 impressions" if one.agrees_up_to == 10 else f"DISAGREE at {one.agrees_up_to + 1} impressions or more"
    return (f"Rerun: {one.people:,} simulated people with {one.mean:.3g} impressions each are reached to {one.simulated:.1%}, by the formula to {one.expected:.1%} "
            f"(chance allows {100 * one.bound:.1f} points); they {verdict}")


def _estimate(one: Estimate) -> str:
    return f"{one.name.replace('_', ' ')}: {_shown(one.value)}{_interval(one.low, one.high) if one.low != one.high else ''} {one.unit}"


def _shown(value: Any) -> str:
    if not isinstance(value, float):
        return str(value)
    return "infinite" if math.isinf(value) else f"{significant(value, 4):,.10g}"


def _interval(low: float | None, high: float | None) -> str:
    if low is None or high is None or math.isnan(low) or math.isnan(high):
        return ""
    return f" ({_shown(float(low))} to {_shown(float(high))})"


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _one_line(text: str) -> str:
    """Text without line ends and control characters, for a comment or a line on screen."""
    return "".join(" " if unicodedata.category(mark) in ("Cc", "Zl", "Zp", "Cf") else mark for mark in text)[:200]


def _yaml(tree: dict[str, Any], depth: int) -> list[str]:
    lines = []
    for key, value in tree.items():
        indent = "  " * depth
        if isinstance(value, dict):
            lines += [f"{indent}{key}:", *_yaml(value, depth + 1)]
            continue
        written = f"{float(f'{value.value:.6g}')!r}" if isinstance(value.value, float) else json.dumps(value.value, ensure_ascii=False)
        lines.append(f"{indent}{key}: {written}  # {_one_line(f'{value.how}{_interval(value.low, value.high)}; {value.source}')}")
    return lines
