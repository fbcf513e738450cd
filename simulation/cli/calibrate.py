"""`advocacy calibrate`: the posterior of the uncertain parameters, from an evidence file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from simulation.cli.options import JsonOption, QuietOption, tell
from simulation.cli.progress import progress
from simulation.errors import InputError

STEPS = 1000
RECOVERY_DRAWS, RECOVERY_SWEEPS = 200, 8
DEFAULT_OUT = Path("posterior.json")


def calibrate(
    evidence: Annotated[Path | None, typer.Option("--evidence", metavar="FILE", help="Evidence file (TOML); left out: the shipped one.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Posterior file to write; left out: posterior.json here.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of all luck.")] = 2016,
    recovery: Annotated[int, typer.Option("--recovery", metavar="N", min=0, help="Plant N parameter sets and see whether they are found, instead of calibrating.")] = 0,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Solve the uncertain parameters from surveys and logs, and say what remains unknown; forecasts draw from the file with --set run.posterior=FILE."""
    from simulation.compiling import use_threads
    from simulation.inputs.evidence import FILE, load_evidence
    from simulation.presentation.calibration import calibration_answer, recovery_answer
    from simulation.presentation.folder import write_text
    from simulation.studies.pool import worker_count

    figures = load_evidence(evidence or FILE)
    place = out or (None if recovery else DEFAULT_OUT)
    if place is not None:
        check_file(place)
    use_threads(worker_count(None))
    what = f"Recovery of {recovery} planted parameter sets" if recovery else "Calibration"
    tell(quiet, f"{what} on the survey twin; it takes some minutes, Ctrl-C stops it and writes nothing")
    with progress(STEPS, quiet, "steps") as report:
        contents = _recovered(figures, recovery, seed, report) if recovery else _calibrated(figures, seed, report)
    if place is not None:
        write_text(place, json.dumps(contents, indent=1, ensure_ascii=False, allow_nan=False) + "\n")
    shown = {key: value for key, value in contents.items() if key != "draws"}
    print(json.dumps(shown, indent=2, ensure_ascii=False, allow_nan=False) if as_json else (recovery_answer if recovery else calibration_answer)(contents), flush=True)
    if place is not None:
        tell(quiet, f"The {'recovery' if recovery else 'posterior'} is in {place}")


def check_file(place: Path) -> None:
    """Refuse a place for a posterior that is a folder, lies nowhere, cannot be written to, or holds something else."""
    from simulation.presentation.folder import check_page

    if place.is_dir():
        raise InputError(f"--out: '{place}' is a folder; allowed: a file")
    if not place.parent.is_dir():
        raise InputError(f"--out: no folder '{place.parent}'; allowed: a file in a folder that exists")
    check_page(place, option="--out")
    if place.exists():
        try:
            held = json.loads(place.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            held = None
        if not isinstance(held, dict) or "evidence_sha256" not in held:
            raise InputError(f"--out: '{place}' holds something else than a posterior; allowed: a new file, or an earlier posterior")


def _calibrated(figures: Any, seed: int, report: Any) -> dict[str, Any]:
    from simulation.studies.posterior import calibrate

    return calibrate(figures, seed=seed, said=lambda part: report(round(part * STEPS)))


def _recovered(figures: Any, plants: int, seed: int, report: Any) -> dict[str, Any]:
    from simulation.society.luck import Luck
    from simulation.studies.calibration import BANK, draw_bank
    from simulation.studies.posterior import study_of
    from simulation.studies.recovery import recover
    from simulation.studies.recovery import report as recovery_report

    study, luck, bank_part = study_of(figures), Luck(seed), 0.1
    bank = draw_bank(study, BANK, luck, lambda part: report(round(bank_part * part * STEPS)))
    found = recover(study, bank, plants, RECOVERY_DRAWS, luck, RECOVERY_SWEEPS, lambda part: report(round((bank_part + (1 - bank_part) * part) * STEPS)))
    return {"schema_version": 1, "evidence_sha256": figures.digest, "seed": seed, "bank": BANK, "combinations": recovery_report(found)}
