"""The shape of the house: layers, documentation, and what starting the program may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

LAYERS = ["errors", "inputs", "behaviour", "keeping", "compiling", "society", "engines", "measures", "studies", "presentation", "api", "app", "cli"]
DOORS = {"__init__", "__main__"}
"""Modules of the root that only lead elsewhere; they belong to no layer and may import any."""
MAY_USE_ROOT = {"api", "cli", "__main__"}
HEAVY = {"mesa", "numpy", "networkx", "pandas", "scipy", "numba", "matplotlib"}


def modules(root: Path) -> list[Path]:
    """Python files below a folder, sorted, caches left out."""
    return sorted(path for path in root.rglob("*.py") if "__pycache__" not in path.parts)


def parsed(path: Path) -> ast.Module:
    """Syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def layer_of(path: Path, root: Path) -> str:
    """First name of a module below the package: its layer."""
    return path.relative_to(root).with_suffix("").parts[0]


def imported(path: Path, root: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Line and dotted parts of every module that a module imports or imports from, also inside functions; made absolute."""
    package = (root.name, *path.relative_to(root).parent.parts)
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, tuple(alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield node.lineno, base + tuple(node.module.split(".") if node.module else ())


def complaints(root: Path) -> list[str]:
    """Every import that goes backwards, or through the package's front door."""
    found = []
    for path in modules(root):
        own = layer_of(path, root)
        if own not in LAYERS and own not in DOORS:
            found.append(f"{path.name}: '{own}' is not a layer")
            continue
        for line, parts in imported(path, root):
            place = f"{path.relative_to(root)}:{line} in '{own}'"
            if parts == (root.name,) and own not in MAY_USE_ROOT:
                found.append(f"{place} imports the package root")
            elif len(parts) > 1 and parts[0] == root.name and own in LAYERS and parts[1] not in LAYERS[: LAYERS.index(own) + 1]:
                found.append(f"{place} imports '{parts[1]}'")
    return found


@pytest.fixture(scope="module")
def package(repository: Path) -> Path:
    return repository / "simulation"


def test_modules_import_only_from_their_own_layer_or_earlier_ones(package: Path) -> None:
    assert len(modules(package)) > 20
    assert complaints(package) == []


@pytest.mark.parametrize(("place", "text", "expected"), [
    ("behaviour/sharing.py", "from simulation.society.luck import Luck", "imports 'society'"),
    ("behaviour/sharing.py", "import simulation.engines.model", "imports 'engines'"),
    ("inputs/quantity.py", "def late():\n    from simulation.cli import main", "imports 'cli'"),
    ("inputs/quantity.py", "from ..society import luck", "imports 'society'"),
    ("inputs/quantity.py", "def late():\n    from ..society.luck import Luck", "imports 'society'"),
    ("errors.py", "from .inputs.quantity import lever", "imports 'inputs'"),
    ("errors.py", "from .api import run", "imports 'api'"),
    ("measures/reach.py", "from simulation import run", "imports the package root"),
    ("measures/reach.py", "import simulation", "imports the package root"),
    ("measures/reach.py", "from simulation import society", "imports the package root"),
    ("measures/reach.py", "from .. import society", "imports the package root"),
    ("measures/reach.py", "import simulation.helpers.odd", "imports 'helpers'"),
    ("helpers/odd.py", "X = 1", "is not a layer"),
])
def test_a_planted_backward_import_is_found(tmp_path: Path, place: str, text: str, expected: str) -> None:
    file = tmp_path / "simulation" / place
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    assert len(found := complaints(tmp_path / "simulation")) == 1
    assert expected in found[0]


@pytest.mark.parametrize(("place", "text"), [
    ("society/foci.py", "from simulation.society.luck import Luck\nfrom simulation.errors import InputError"),
    ("society/foci.py", "from .luck import Luck\nfrom ..inputs.parameters import Scenario\nimport numpy"),
    ("cli/run.py", "from simulation import run\nfrom simulation.api import compare"),
    ("__main__.py", "from simulation.cli import main"),
    ("measures/reach.py", "from importlib.metadata import version\nVERSION = version('advocacy-reach')"),
])
def test_forward_imports_are_left_alone(tmp_path: Path, place: str, text: str) -> None:
    file = tmp_path / "simulation" / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    assert complaints(tmp_path / "simulation") == []


def defines_something(tree: ast.Module) -> bool:
    """Whether a module has a name of its own, or does something, beside imports and its docstring."""
    idle = (ast.Import, ast.ImportFrom, ast.Pass)
    return any(not isinstance(node, idle) and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)) for node in tree.body)


def test_no_module_is_empty(package: Path) -> None:
    empty = [str(path.relative_to(package)) for path in modules(package) if path.stem != "__init__" and not defines_something(parsed(path))]
    assert empty == []


def undocumented(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
    """Public functions, classes and methods without a docstring."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            if ast.get_docstring(node) is None:
                yield prefix + node.name
            if isinstance(node, ast.ClassDef):
                yield from undocumented(node.body, f"{prefix}{node.name}.")


def test_public_functions_and_classes_have_docstrings(package: Path) -> None:
    assert [f"{path.relative_to(package)}: {name}" for path in modules(package) for name in undocumented(parsed(path).body)] == []


def test_every_test_is_collected(repository: Path) -> None:
    """A test is lost in a class not called Test..., in a file not called test_..., or under a name used twice."""
    lost = []
    for path in modules(repository / "tests"):
        for scope in (node for node in ast.walk(parsed(path)) if isinstance(node, ast.Module | ast.ClassDef)):
            names = [node.name for node in scope.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
            lost += [f"{path.name}: {name} twice" for name, times in Counter(names).items() if times > 1]
            if names and isinstance(scope, ast.ClassDef) and not scope.name.startswith("Test"):
                lost.append(f"{path.name}: class {scope.name}")
            if names and isinstance(scope, ast.Module) and not path.name.startswith("test_"):
                lost.append(f"{path.name}: not a test file")
    assert lost == []


def heavy(lines: list[str]) -> set[str]:
    """Heavy libraries among what `-X importtime` says was loaded."""
    loaded = (line.rsplit("|", 1)[-1].strip() for line in lines if line.startswith("import time:"))
    return {name.partition(".")[0] for name in loaded} & HEAVY


def test_help_loads_no_heavy_library() -> None:
    done = subprocess.run([sys.executable, "-X", "importtime", "-m", "simulation", "--help"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr.splitlines()[-1]
    assert "compare" in done.stdout
    assert any(line.endswith(" simulation.cli") for line in done.stderr.splitlines())
    assert heavy(done.stderr.splitlines()) == set()


def test_the_python_interface_starts_workers_before_it_loads_what_they_need() -> None:
    """The fork server loads the engines meanwhile, so nothing heavy may come before it."""
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", "import simulation.api"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr.splitlines()[-1]
    assert any(line.endswith(" simulation.api") for line in done.stderr.splitlines())
    assert heavy(done.stderr.splitlines()) <= {"numpy"}


def test_compare_says_what_it_will_play_before_it_loads_a_heavy_library(tmp_path: Path) -> None:
    """What it loads afterwards, to play, shows that the test can tell."""
    small = ("run.replications=1", "run.workers=1", "society.employees=10", "society.departments=2", "market.consumers=300", "horizon.weeks=1", "paid.budget=1510")
    command = ["compare", "--out", str(tmp_path / "results"), *(word for setting in small for word in ("--set", setting))]
    done = subprocess.run([sys.executable, "-X", "importtime", "-m", "simulation", *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr.splitlines()[-1]
    lines = done.stderr.splitlines()
    said = next(place for place, line in enumerate(lines) if "1 replication of the four worlds" in line)
    assert heavy(lines[:said]) == set()
    assert heavy(lines[said:]) == HEAVY
