"""`advocacy cache` tells what is kept, and removes that and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from simulation.cli import app
from simulation.cli.cache import _ago, _size
from simulation.keeping import digest_of_sources
from simulation.society import store

TOO_HEAVY = {"numba", "llvmlite", "mesa", "pandas", "networkx", "scipy", "numpy"}


def called(*words: str) -> Result:
    """The command, in this process."""
    result = CliRunner().invoke(app, ["cache", *words])
    assert result.exit_code == 0, result.output
    return result


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder with two societies, one that was never finished, compiled code of these and other sources, and files of somebody else."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("ADVOCACY_CACHE", str(cache))
    monkeypatch.delenv("ADVOCACY_CACHE_GB", raising=False)
    for number, age in ((1, 7200), (2, 90)):
        what = f"audiences number {number}"
        store.kept(what, {}, lambda: {"x": np.arange(1000)})
        os.utime(store.folder_of(what, {}), (time.time() - age, time.time() - age))
    (store.store_folder() / f".{'a' * 32}.new-{'b' * 8}").mkdir()
    for sources in (digest_of_sources(), "0" * 24):
        code = cache / "compiled" / f"{sources}-{'1' * 12}" / "deep"
        code.mkdir(parents=True)
        (code / "kernel.nbc").write_bytes(b"x" * 5000)
    (cache / "compiled" / "mine").mkdir()
    (store.store_folder() / "thesis.tex").write_text("x", encoding="utf-8")
    return cache


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_show_prints_a_row_for_each_thing_and_the_total(folder: Path) -> None:
    lines = called("show").output.splitlines()
    assert lines[0].split() == ["kind", "name", "size", "made", "last", "used", "of", "this", "code", "what"]
    assert [line.split()[0] for line in lines[1:6]] == ["code", "code", "society", "society", "society"]
    assert lines[1].endswith("yes           compiled code of these sources")
    assert lines[2].endswith("no            compiled code of other sources")
    assert "unfinished" in lines[3]
    assert lines[4].endswith("audiences number 2")
    assert "2 min ago" in lines[4]
    assert lines[5].endswith("audiences number 1")
    assert "2 h ago" in lines[5]
    assert lines[6].startswith("total 26.")
    assert "societies 16." in lines[6]
    assert "of at most 4 GB ($ADVOCACY_CACHE_GB; left out: 4), compiled code 10 kB" in lines[6]
    assert lines[7] == f"in {folder} ($ADVOCACY_CACHE); 'advocacy cache clear' removes it, all can be made again"
    assert len(lines) == 8


def test_show_as_json_says_the_same(folder: Path) -> None:
    said: dict[str, Any] = json.loads(called("show", "--json").output)
    assert said["folder"] == str(folder)
    assert said["society_limit_bytes"] == 4_000_000_000
    assert said["total_bytes"] == said["society_bytes"] + said["code_bytes"] == sum(each["bytes"] for each in said["kept"])
    assert said["code_bytes"] == 10_000
    assert [(each["kind"], each["current"]) for each in said["kept"]] == [("code", True), ("code", False), ("society", False), ("society", True), ("society", True)]
    assert {each["used"] is None for each in said["kept"] if each["kind"] == "code"} == {True}
    assert all(each["made"].endswith("+00:00") for each in said["kept"])


def test_a_damaged_society_is_shown_as_such(folder: Path) -> None:
    (store.folder_of("audiences number 1", {}) / "manifest.json").write_text("{", encoding="utf-8")
    assert called("show").output.splitlines()[5].endswith("damaged")


def test_an_empty_cache_is_shown_and_cleared_without_making_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVOCACY_CACHE", str(tmp_path / "none"))
    monkeypatch.setenv("ADVOCACY_CACHE_GB", "0.5")
    assert called("show").output == (f"total 0 B: societies 0 B of at most 500 MB ($ADVOCACY_CACHE_GB; left out: 4), compiled code 0 B\n"
                                     f"in {tmp_path / 'none'} ($ADVOCACY_CACHE); 'advocacy cache clear' removes it, all can be made again\n")
    assert json.loads(called("show", "--json").output)["kept"] == []
    assert called("clear").output == f"freed 0 B in {tmp_path / 'none'}: 0 societies (0 B), 0 folders of compiled code (0 B)\n"
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(("words", "societies", "code"), [((), 3, 2), (("--societies",), 3, 0), (("--code",), 0, 2), (("--societies", "--code"), 3, 2)])
def test_clear_removes_what_was_asked_for_and_leaves_other_files(words: tuple[str, ...], societies: int, code: int, folder: Path) -> None:
    kept = [path for path in files(folder) if ("compiled" in path and not code) or ("compiled" not in path and not societies)]
    said = json.loads(called("clear", "--json", *words).output)
    assert (said["societies"], said["codes"], said["not_removed"]) == (societies, code, 0)
    assert (said["freed_bytes"] >= 16_000) == bool(societies)
    assert said["freed_bytes"] % 1000 == 0 or societies
    assert files(folder) == {*kept, "societies/thesis.tex"}
    assert (folder / "compiled" / "mine").is_dir()


def test_clear_says_what_was_freed(folder: Path) -> None:
    line = called("clear").output
    assert line.startswith("freed 26.")
    assert f"in {folder}: 3 societies (16." in line
    assert line.endswith("2 folders of compiled code (10 kB)\n")
    assert called("clear").output == f"freed 0 B in {folder}: 0 societies (0 B), 0 folders of compiled code (0 B)\n"


def test_clear_says_what_it_could_not_remove(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Path, target: object) -> None:
        raise PermissionError(13, "not permitted")

    monkeypatch.setattr(Path, "rename", refused)
    line = called("clear", "--societies").output
    assert line.startswith(f"freed 0 B in {folder}: 0 societies (0 B)")
    assert line.endswith("; 3 could not be removed\n")


def test_a_limit_that_is_no_size_is_one_plain_message(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "simulation", "cache", "show"], env={**os.environ, "ADVOCACY_CACHE_GB": "much"}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "advocacy: $ADVOCACY_CACHE_GB: given 'much'; allowed: gigabytes for kept societies, 0 (keep none) to 1,000,000\n"


@pytest.mark.parametrize("command", ["show", "clear"])
def test_no_heavy_library_is_loaded(command: str, folder: Path) -> None:
    done = subprocess.run([sys.executable, "-X", "importtime", "-m", "simulation", "cache", command], capture_output=True, text=True, check=True)
    loaded = {line.rsplit("|", 1)[-1].strip().partition(".")[0] for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "simulation" in loaded
    assert loaded & TOO_HEAVY == set()


@pytest.mark.parametrize(("number", "text"), [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (999_600, "1 MB"), (18_000_000, "18 MB"), (4e9, "4 GB"), (1.5e12, "1,500 GB")])
def test_sizes_are_told_in_the_unit_that_suits_them(number: float, text: str) -> None:
    assert _size(number) == text


@pytest.mark.parametrize(("seconds", "text"), [(-5, "0 s ago"), (20, "20 s ago"), (130, "2 min ago"), (7300, "2 h ago"), (200_000, "2 d ago")])
def test_moments_are_told_by_how_long_ago_they_were(seconds: int, text: str) -> None:
    assert _ago(time.time() - seconds) == text
