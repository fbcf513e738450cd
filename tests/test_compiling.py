"""Compiled code: never older than the rules, kept where its name says, and what it computes is what the rules say in Python."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite.binding
import numba
import numpy as np
import pytest
from numpy.typing import NDArray

from simulation import compiling
from simulation.behaviour import advertising, engagement, exposure, sharing, willingness
from simulation.compiling import code_folder, in_pieces, kernel, rule, use_threads
from simulation.keeping import COMPILED_FROM, PACKAGE, cache_folder, digest_of_sources
from simulation.society.luck import Luck

# An edit anywhere is seen

PLAY = """
import json
import numpy as np
from simulation import compiling
from simulation.engines import delivery
from simulation.society.audiences import Live

people = np.arange(200)
posts = delivery.Posts(np.array([7]), np.array([99], np.uint64), np.array([0]), np.array([1.5]), np.array([1.0]), np.array([0.0]))
rows, count = delivery.deliver(posts, Live(np.array([0, 200]), people, np.linspace(0.1, 1.0, 200)), 4.0, 1.7, 1e9, delivery.Deliveries.room(500))
made = rows.first(count)
stats = delivery._deliver.stats
print(json.dumps({"made": [made.person.tolist(), made.hours.tolist()], "folder": str(compiling.code_folder()), "kept_in": compiling._FOLDER,
                  "found": sum(stats.cache_hits.values()), "compiled": sum(stats.cache_misses.values()), "sources": compiling.__file__}))
"""
RULE = "return level * appeal_ * reception_"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, without anything compiled."""
    return Path(shutil.copytree(PACKAGE, tmp_path / "sources" / "simulation", ignore=shutil.ignore_patterns("__pycache__")))


def played(package: Path, cache: Path, code: str = PLAY) -> dict[str, Any]:
    """What a fresh process says that has its sources there and its cache here."""
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(package.parent), "ADVOCACY_CACHE": str(cache)}, cwd=package.parent,
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert Path(found["sources"]).is_relative_to(package)
    return found


def files(folder: Path) -> dict[Path, int]:
    """When each file below a folder was last written."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_compiled_code_never_outlives_an_edit_of_a_rule_in_another_file(package: Path, tmp_path: Path) -> None:
    """Compiled, found again, compiled anew after an edit in a file that holds no kernel, and found again when the edit is undone."""
    place, cache = package / "behaviour" / "exposure.py", tmp_path / "cache"
    text = place.read_text(encoding="utf-8")
    assert text.count(RULE) == 1
    first = played(package, cache)
    kept = files(Path(first["folder"]))
    again = played(package, cache)
    assert (first["found"], first["compiled"], again["found"], again["compiled"]) == (0, 1, 1, 0)
    assert again["made"] == first["made"]

    place.write_text(text.replace(RULE, RULE + " * 0.5"), encoding="utf-8")
    edited = played(package, cache)
    assert edited["folder"] != first["folder"]
    assert (edited["found"], edited["compiled"]) == (0, 1)
    assert 10 < len(edited["made"][0]) < 0.7 * len(first["made"][0])

    place.write_text(text, encoding="utf-8")
    back = played(package, cache)
    assert (back["folder"], back["made"]) == (first["folder"], first["made"])
    assert (back["found"], back["compiled"]) == (1, 0)
    assert files(Path(first["folder"])) == kept
    assert not [path for path in package.rglob("*") if path.suffix in {".nbi", ".nbc"}]


@pytest.mark.parametrize("there", [False, True], ids=["no folder can be made", "a folder that cannot be written to"])
def test_nothing_is_needed_to_be_kept(there: bool, package: Path, tmp_path: Path) -> None:
    """Where nothing can be written, code is compiled for the moment; it is not left beside the sources, where an edit would not be seen."""
    blocked = tmp_path / "cache"
    if there:
        if not hasattr(os, "geteuid") or os.geteuid() == 0:
            pytest.skip("whoever may write anywhere finds no such folder")
        folder = Path(played(package, blocked)["folder"])
        shutil.rmtree(folder)
        folder.mkdir()
        folder.chmod(0o500)
    else:
        blocked.write_text("a file", encoding="utf-8")
    found = played(package, blocked)
    assert found["kept_in"] is None
    assert len(found["made"][0]) > 50
    assert not [path for path in tmp_path.rglob("*") if path.suffix in {".nbi", ".nbc"}]


def test_a_folder_that_cannot_be_written_to_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVOCACY_CACHE", str(tmp_path))
    assert compiling._kept_in() == str(code_folder())

    def full(*_: Any, **__: Any) -> Any:
        raise OSError("read-only")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    assert compiling._kept_in() is None


# The name of the folder

EDITS: dict[str, Callable[[Path], Any]] = {
    "another rule": lambda root: (root / "behaviour" / "exposure.py").write_text("def clock(): return 2\n", encoding="utf-8"),
    "a space": lambda root: (root / "behaviour" / "exposure.py").write_text("def clock(): return  1\n", encoding="utf-8"),
    "one more file": lambda root: (root / "engines" / "deep" / "new.py").write_text("", encoding="utf-8"),
    "a file less": lambda root: (root / "engines" / "deep" / "kernels.py").unlink(),
    "another name": lambda root: (root / "engines" / "deep" / "kernels.py").rename(root / "engines" / "deep" / "kernel.py"),
    "another folder": lambda root: (root / "engines" / "deep" / "kernels.py").rename(root / "engines" / "kernels.py"),
    "how it is compiled": lambda root: (root / "compiling.py").write_text("x = 2\n", encoding="utf-8"),
    "text moved from one file to the next": lambda root: [(root / "engines" / "a.py").write_text("ab", encoding="utf-8"), (root / "engines" / "b.py").write_text("c", encoding="utf-8")],
}


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """A little package."""
    texts = {"compiling.py": "x = 1\n", "behaviour/exposure.py": "def clock(): return 1\n", "engines/a.py": "a", "engines/b.py": "bc", "engines/deep/kernels.py": "y = 1\n"}
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("edit", EDITS)
def test_any_edit_gives_the_sources_another_name(edit: str, sources: Path) -> None:
    parts = ("compiling.py", "behaviour", "engines")
    before = digest_of_sources(sources, parts)
    assert digest_of_sources(sources, parts) == before
    EDITS[edit](sources)
    assert digest_of_sources(sources, parts) != before


def test_what_is_no_source_and_when_it_was_written_make_no_difference(sources: Path) -> None:
    before = digest_of_sources(sources, ("compiling.py", "behaviour", "engines"))
    (sources / "engines" / "__pycache__").mkdir()
    (sources / "engines" / "__pycache__" / "a.cpython-312.pyc").write_bytes(b"x")
    (sources / "engines" / "notes.txt").write_text("x", encoding="utf-8")
    (sources / "presentation").mkdir()
    (sources / "presentation" / "chart.py").write_text("x", encoding="utf-8")
    os.utime(sources / "engines" / "a.py", (1, 1))
    assert digest_of_sources(sources, ("compiling.py", "behaviour", "engines")) == before


@pytest.mark.parametrize(("where", "name", "value"), [
    (sys, "version", "3.99.0 (main)"), (numba, "__version__", "9.9"), (llvmlite.binding, "get_host_cpu_name", lambda: "i386"),
    (compiling._config, "CPU_FEATURES", "+sse2"), (compiling, "digest_of_sources", lambda: "0" * 24)],
    ids=["Python", "Numba", "processor", "instructions", "sources"])
def test_the_folder_is_named_after_all_that_compiled_code_depends_on(where: Any, name: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = code_folder()
    assert code_folder() == before
    assert before.name.startswith(digest_of_sources())
    monkeypatch.setattr(where, name, value)
    assert code_folder() != before
    assert code_folder().parent == before.parent


def test_the_cache_lies_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVOCACY_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    assert code_folder().parent == tmp_path / "compiled"
    for unset in (lambda: monkeypatch.setenv("ADVOCACY_CACHE", ""), lambda: monkeypatch.delenv("ADVOCACY_CACHE")):
        unset()
        assert cache_folder().name == "advocacy-reach"


def test_folders_of_sources_long_gone_are_removed_when_a_new_one_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADVOCACY_CACHE", str(tmp_path))
    own = code_folder()
    for name, days in (("old", compiling.STALE_DAYS + 1), ("young", compiling.STALE_DAYS - 1)):
        (own.parent / name / "deep").mkdir(parents=True)
        os.utime(own.parent / name, (time.time() - days * 86_400,) * 2)
    assert compiling._kept_in() == str(own)
    assert {path.name for path in own.parent.iterdir()} == {"young", own.name}
    os.utime(own.parent / "young", (1, 1))
    os.utime(own, (1, 1))
    assert compiling._kept_in() == str(own)
    assert {path.name for path in own.parent.iterdir()} == {"young", own.name}


def names_used(function: ast.FunctionDef) -> set[str]:
    return {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}


def compiled_functions(tree: ast.Module) -> list[ast.FunctionDef]:
    """Kernels and rules of a module, and its elementwise functions, which kernels elsewhere may register."""
    def elementwise(function: ast.FunctionDef) -> bool:
        given = function.args.posonlyargs + function.args.args
        return bool(given) and all(isinstance(each.annotation, ast.Name) and each.annotation.id == "Any" for each in given)

    return [node for node in tree.body if isinstance(node, ast.FunctionDef)
            and (elementwise(node) or {"kernel", "rule"} & {decorator.id for decorator in node.decorator_list if isinstance(decorator, ast.Name)})]


def test_compiled_code_uses_nothing_from_files_that_its_folder_is_not_named_after() -> None:
    covered, found, strange = [PACKAGE / part for part in COMPILED_FROM], 0, []
    for path in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = compiled_functions(tree)
        inside = any(path.is_relative_to(part) for part in covered)
        kernels = [function.name for function in functions if any(isinstance(each, ast.Name) and each.id in {"kernel", "rule"} for each in function.decorator_list)]
        found += len(kernels)
        strange += [f"{path.name}: {name}" for name in kernels if not inside]
        if not inside:
            continue
        used = set().union(*map(names_used, functions))
        for node in tree.body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("simulation."):
                source = PACKAGE.parent.joinpath(*str(node.module).split(".")).with_suffix(".py")
                if not any(source.is_relative_to(part) for part in covered):
                    strange += [f"{path.name} uses {alias.name} of {node.module}" for alias in node.names if (alias.asname or alias.name) in used]
    assert strange == []
    assert found > 50


# Rules from Python and from compiled code

UNIT, MANY = (0.0, 1.0), 2000
ARGUMENTS: dict[Callable[..., Any], list[tuple[float, float] | range]] = {
    advertising.counts: [UNIT, UNIT, UNIT],
    engagement.reaction_chance: [UNIT, (0, 4), (0, 50), (0.25, 6), UNIT], engagement.reshare_rate: [UNIT, UNIT, range(5)], engagement.response: [range(1, 6), UNIT],
    engagement.topic_factor: [range(2), range(1, 9), (1, 10)],
    exposure.clock: [UNIT], exposure.delivery_hours: [UNIT, (1.001, 9), (0.1, 336)], exposure.intensity: [(0, 9), (0, 9), (0, 1e3)],
    exposure.reception: [range(2), (0, 9), (0, 9)], exposure.showings: [UNIT, (1, 20)],
    sharing.faded: [(0, 100), (0, 400), (0.1, 3650)], sharing.habit_after: [UNIT, range(5), (0, 400), (0.1, 365)], sharing.share_probability: [(-8, 8)] * 9,
    sharing.unprompted_probability: [(-4, 4)] * 3, willingness.silent_chance: [(0, 60), (0.05, 50)],
}
"""Every rule of behaviour that kernels call, with what its arguments may be: numbers between two, or whole numbers."""

EXACT = {advertising.counts, engagement.reaction_chance, engagement.response, engagement.topic_factor, exposure.intensity, exposure.reception, exposure.showings}
"""Without exponentials, logarithms and powers, or whole numbers made of them."""

AT_LEAST = {sharing.habit_after: 1.0}
"""Where a difference of larger numbers is taken, ulps are those of this size."""


def registered() -> set[str]:
    """Names of the rules of behaviour that are handed to `rule` anywhere."""
    found: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        rules = {alias.name for node in tree.body if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("simulation.behaviour") for alias in node.names}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "rule":
                found |= {each.id for each in node.args if isinstance(each, ast.Name) and each.id in rules}
            elif isinstance(node, ast.For) and any(isinstance(each, ast.Name) and each.id == "rule" for each in ast.walk(node)):
                found |= {each.id for each in ast.walk(node.iter) if isinstance(each, ast.Name) and each.id in rules}
    return found


def test_no_rule_that_is_compiled_is_left_out() -> None:
    assert registered() == {each.__name__ for each in ARGUMENTS}


def columns(function: Callable[..., Any]) -> list[NDArray[Any]]:
    """Keyed random arguments: the same in every run."""
    found = []
    for place, limits in enumerate(ARGUMENTS[function]):
        uniforms = Luck(2016).uniforms("tie", len(function.__name__), place, who=np.arange(MANY))
        if isinstance(limits, range):
            found.append(np.array(limits)[(uniforms * len(limits)).astype(np.int64)])
        else:
            found.append(limits[0] + (limits[1] - limits[0]) * uniforms)
    return found


def both(function: Callable[..., Any], rows: list[tuple[Any, ...]]) -> tuple[list[Any], list[Any]]:
    """What a function gives from Python, and from a kernel that calls it."""
    assert rule(function) is function

    @numba.njit(error_model="numpy")  # type: ignore[untyped-decorator]
    def called(*row: Any) -> Any:
        return function(*row)

    return [function(*row) for row in rows], [called(*row) for row in rows]


@pytest.mark.parametrize("function", ARGUMENTS, ids=lambda function: str(function.__name__))
def test_a_rule_gives_the_same_from_python_and_from_compiled_code(function: Callable[..., Any]) -> None:
    """Products and sums to the last bit, exponentials and logarithms to 4 ulps."""
    rows = list(zip(*(column.tolist() for column in columns(function)), strict=True))
    expected, found = (np.array(values) for values in both(function, rows))
    assert np.unique(expected).size > 1
    if function in EXACT:
        assert np.array_equal(found, expected)
    else:
        ulp = np.spacing(np.maximum(np.maximum(np.abs(found), np.abs(expected)), AT_LEAST.get(function, 0.0)))
        assert (np.abs(found - expected) <= 4 * ulp).all()


@pytest.mark.parametrize("limit", [0.0, 1e-300, 1.0])
def test_rules_agree_where_numbers_end(limit: float) -> None:
    """Division by nothing and logarithms of nothing give what NumPy gives, and raise nothing."""
    with np.errstate(all="ignore"):
        for function, rows in ((exposure.delivery_hours, [(np.float64(limit), np.float64(limit), 2.0)]), (exposure.clock, [(np.float64(limit),)]),
                               (sharing.unprompted_probability, [(np.float64(1e4 * limit), 0.0, 0.0)]), (sharing.faded, [(np.float64(limit), 1e6, 1e-3)])):
            expected, found = both(function, rows)
            np.testing.assert_allclose(found, expected, rtol=1e-15, atol=0)


# Kernels and pieces

def test_a_kernel_lets_other_threads_run_and_leaves_numbas_settings_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", "before")
    made: Any = kernel(exposure.intensity)
    assert numba.config.CACHE_DIR == "before"
    assert made.targetoptions["nogil"]
    assert made.targetoptions["error_model"] == "numpy"
    with pytest.raises(TypeError):
        kernel(7)  # type: ignore[type-var]
    assert numba.config.CACHE_DIR == "before"


@pytest.mark.parametrize("threads", [-1, 1, 2, 5])
@pytest.mark.parametrize(("count", "size", "expected"), [(0, 3, []), (1, 3, [(0, 1)]), (7, 3, [(0, 3), (3, 6), (6, 7)]), (6, 3, [(0, 3), (3, 6)]), (5, 1000, [(0, 5)])])
def test_pieces_cover_everything_once_and_come_in_order(threads: int, count: int, size: int, expected: list[tuple[int, int]]) -> None:
    def work(start: int, stop: int) -> tuple[int, int]:
        time.sleep(0.002 * (count - start))
        return start, stop

    use_threads(threads)
    try:
        assert in_pieces(work, count, size) == expected
    finally:
        use_threads(1)


def test_pieces_are_worked_on_at_the_same_time_by_as_many_threads_as_allowed() -> None:
    meeting = threading.Barrier(3, timeout=20)
    use_threads(3)
    try:
        assert in_pieces(lambda start, stop: meeting.wait() >= 0, 6, 1) == [True] * 6
    finally:
        use_threads(1)


def test_a_fault_in_a_piece_is_not_lost() -> None:
    for threads in (1, 2):
        use_threads(threads)
        try:
            with pytest.raises(ZeroDivisionError):
                in_pieces(lambda start, stop: 1 // (start - 2), 4, 1)
        finally:
            use_threads(1)
