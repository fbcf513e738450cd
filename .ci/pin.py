"""Write every package version in use into pyproject.toml, transitive ones too, with no download address.

Run `uv run python .ci/pin.py` after changing a dependency, then `uv sync` and the tests.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"
START, END = "\nconstraint-dependencies = [", "\n]\n"


def versions() -> list[str]:
    """What `uv export` resolves, one requirement each."""
    command = ["uv", "export", "--no-hashes", "--no-emit-project", "--all-extras", "--all-groups", "--no-annotate", "--no-header"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT.parent).stdout.splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def main() -> None:
    """Replace the list in pyproject.toml."""
    text = PROJECT.read_text(encoding="utf-8")
    listed = "".join(f'    "{line}",\n' for line in versions())
    pattern = re.compile(re.escape(START) + r".*?" + re.escape(END), re.DOTALL)
    PROJECT.write_text(pattern.sub(lambda found: f"{START}\n{listed.rstrip()}{END}", text), encoding="utf-8")


if __name__ == "__main__":
    main()
