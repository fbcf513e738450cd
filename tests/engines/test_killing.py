"""A run that dies leaves the old results or the new ones, never half of either."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from simulation.errors import InputError
from simulation.presentation.folder import MARK, check_place, write_csv, write_folder, write_json, write_parquet, write_text


def fill_with(text: str, *, fails: bool = False, kind: type[BaseException] = RuntimeError):  # type: ignore[no-untyped-def]
    """A filler that writes a result; or begins to, and fails."""
    def fill(place: Path) -> None:
        write_text(place / "summary.json", f'{{"text": "{text}"}}')
        (place / "charts").mkdir()
        if fails:
            raise kind(text)
        write_json(place / MARK, {})
    return fill


def contents(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt, OSError])
def test_a_fill_that_fails_leaves_what_was_there(kind: type[BaseException], tmp_path: Path) -> None:
    folder = tmp_path / "results" / "baseline"
    with pytest.raises(kind):
        write_folder(folder, fill_with("never", fails=True, kind=kind))
    assert not folder.exists()
    write_folder(folder, fill_with("first"))
    before = contents(folder)
    with pytest.raises(kind):
        write_folder(folder, fill_with("second", fails=True, kind=kind))
    assert contents(folder) == before
    assert [path.name for path in folder.parent.iterdir()] == ["baseline"]


def test_new_results_replace_old_ones_whole(tmp_path: Path) -> None:
    folder = tmp_path / "baseline"
    write_folder(folder, fill_with("first"))
    (folder / "stray.txt").write_text("mine", encoding="utf-8")
    write_folder(folder, fill_with("second"))
    assert contents(folder) == {"summary.json": '{"text": "second"}', MARK: "{}\n"}


def test_results_of_a_run_that_died_between_two_renames_come_back(tmp_path: Path) -> None:
    folder = tmp_path / "baseline"
    write_folder(folder, fill_with("first"))
    folder.rename(tmp_path / ".baseline.old-123")
    (tmp_path / ".baseline.new-123").mkdir()
    with pytest.raises(RuntimeError):
        write_folder(folder, fill_with("second", fails=True))
    assert json.loads((folder / "summary.json").read_text(encoding="utf-8")) == {"text": "first"}
    assert [path.name for path in tmp_path.iterdir()] == ["baseline"]


def test_another_runs_folder_of_a_longer_name_is_left_alone(tmp_path: Path) -> None:
    other = tmp_path / ".baseline-2.new-77"
    other.mkdir()
    write_folder(tmp_path / "baseline", fill_with("first"))
    assert other.is_dir()


@pytest.mark.parametrize(("make", "message"), [
    (lambda place: place.write_text("x"), "is a file"),
    (lambda place: (place.mkdir(), (place / "thesis.tex").write_text("x")), "holds files that are not results"),
    (lambda place: (place.mkdir(), (place / "charts").mkdir()), "holds files that are not results"),
    (lambda place: (place.mkdir(), (place / MARK).mkdir()), "holds files that are not results"),
], ids=["file", "somebody's folder", "folder of folders", "folder of that name"])
def test_places_that_hold_something_else_are_refused(make, message: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    place = tmp_path / "out"
    make(place)
    with pytest.raises(InputError, match=message):
        check_place(place)
    with pytest.raises(InputError, match=message):
        write_folder(place, fill_with("never"))


def test_a_place_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="cannot be written to"):
        check_place(tmp_path / "file" / "deep" / "out")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="whoever may write anywhere is refused nowhere")
def test_a_place_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(InputError, match="cannot be written to"):
            check_place(tmp_path / "out")
    finally:
        tmp_path.chmod(0o700)


def test_new_empty_and_earlier_places_are_welcome(tmp_path: Path) -> None:
    check_place(tmp_path / "a" / "b" / "c")
    check_place(tmp_path)
    write_folder(tmp_path / "old", fill_with("first"))
    check_place(tmp_path / "old")


def test_files_are_whole_and_the_same_each_time(tmp_path: Path) -> None:
    frame = pd.DataFrame({"name": ["a", "b"], "value": [1.5, None]})
    for name in ("one", "two"):
        write_parquet(tmp_path / f"{name}.parquet", frame)
        write_csv(tmp_path / f"{name}.csv", frame)
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    assert (tmp_path / "one.csv").read_bytes() == b"name,value\na,1.5\nb,\n"
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "one.parquet"), frame, check_dtype=False)
    assert not list(tmp_path.glob(".*"))
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "bad.json", {"a": float("nan")})
    assert not (tmp_path / "bad.json").exists()


def whole(folder: Path) -> None:
    """Every file in a folder can be read to its end, and none is missing."""
    names = {path.name for path in folder.iterdir()}
    assert {"summary.json", "summary.csv", "daily.parquet", "frequency.parquet", "scenario.yaml", "charts", MARK} <= names
    for path in folder.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))
    for path in folder.rglob("*.parquet"):
        assert len(pd.read_parquet(path)) > 0
    assert not [path for path in folder.rglob("*") if path.name.startswith(".")]


COMMAND = ["compare", "baseline", "--quiet", "--replications", "2", "--workers", "1", "--set", "society.employees=10", "--set", "society.departments=2", "--set",
           "market.consumers=300", "--set", "horizon.weeks=1", "--set", "paid.budget=1510", "--set", "paid.cap=null"]


def started(folder: Path, repository: Path) -> subprocess.Popen[bytes]:
    """The program, writing to a folder, in a process of its own."""
    return subprocess.Popen([sys.executable, "-m", "simulation", *COMMAND, "--out", str(folder)], env={**os.environ, "PYTHONPATH": str(repository)},
                            cwd=folder.parent, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_killed_runs_leave_no_half_file(tmp_path: Path, repository: Path) -> None:
    """Killed early, while a folder is being filled, and while charts are written; then once to the end, over what is left."""
    folder, seen = tmp_path / "out", []
    for moment in ("early", "filling", "charts"):
        process = started(folder, repository)
        waited = time.monotonic()
        while process.poll() is None and time.monotonic() - waited < 60:
            fresh = list(tmp_path.glob(".out.new-*"))
            if moment == "early" and time.monotonic() - waited > 0.5:
                break
            if moment == "filling" and fresh:
                break
            if moment == "charts" and any((place / "charts").is_dir() for place in fresh):
                break
            time.sleep(0.002)
        process.kill()
        process.communicate()
        seen.append(process.returncode)
        if folder.exists():
            whole(folder)
        for path in tmp_path.rglob("*.json"):
            json.loads(path.read_text(encoding="utf-8"))
    assert seen == [-signal.SIGKILL] * 3
    process = started(folder, repository)
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors.decode()
    whole(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
