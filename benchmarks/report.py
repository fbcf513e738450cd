"""The page of results: what was measured on which machine, as Markdown."""

from __future__ import annotations

import datetime
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil
from measuring import Row, Section, Table

from simulation.keeping import digest_of_sources

LIBRARIES = ("numpy", "numba", "llvmlite", "mesa", "networkx", "scipy", "pandas", "cynetdiff", "ndlib", "pynetim", "rustworkx", "networkit")
INTRO = """\
How fast the simulator is, how big it goes, and how much memory it takes. This page is written by the benchmark itself, in one run on one machine:
whoever runs it elsewhere gets other seconds, but ratios should be much the same. Two things are compared only where a check says that both computed
the same; each section names the check. 'no' means that the goal was missed. Times are wall-clock seconds unless a line says otherwise: the median, with the
smallest and the largest in brackets. A *cold* cache holds no compiled code yet, as at the first run after an installation; a *warm* one does. Large societies are kept on disk between runs; here
each is made anew, except where a line says otherwise.
"""
QUICK = "**This was a quick run at tiny sizes, which only shows that everything runs. Its figures say nothing about the goals.**\n"


def page(sections: list[Section], command: str, load: tuple[float, float], minutes: float, quick: bool = False) -> str:
    """
    The whole page.

    Parameters
    ----------
    load : processes that wanted to run in the minute before the benchmark, and before its end
    """
    rows = [row for section in sections for row in section.rows]
    parts = ["# Performance\n", INTRO, *([QUICK] if quick else []), goals(rows, quick), machine(command, load, minutes), *(details(section) for section in sections)]
    return "\n".join(parts)


def goals(rows: list[Row], quick: bool = False) -> str:
    """The table of goals."""
    said = {True: "yes", False: "**no**", None: "–"}
    return table(Table([["work", "goal", "measured", "met"], *([row.work, row.goal, row.measured, said[None if quick else row.met]] for row in rows)]))


def details(section: Section) -> str:
    """One section."""
    return "\n".join([f"## {section.title}\n", *([f"{section.text}\n"] if section.text else []), *(table(each) for each in section.tables)])


def table(each: Table) -> str:
    """A table as Markdown; a bar in a cell would end it, so it is escaped."""
    head, *lines = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in line] for line in each.lines]
    written = ["| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *lines)]
    return "\n".join([*([f"{each.text}\n"] if each.text else []), *written, ""])


def machine(command: str, load: tuple[float, float], minutes: float) -> str:
    """Where and with what it was measured."""
    lines = [["date", datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")], ["command", f"`{command}`, {minutes:.0f} minutes"],
             ["processor", f"{processor()}, {cores()} cores"], ["memory", f"{psutil.virtual_memory().total / 1e9:.1f} GB"], ["system", f"{platform.system()} {platform.release()}"],
             ["Python", f"{platform.python_implementation()} {platform.python_version()}"], ["libraries", libraries()], ["sources of compiled code", f"`{digest_of_sources()}`"],
             ["load", f"{load[0]:.2f} before the run, {load[1]:.2f} at its end (processes that want to run, mean of a minute)"]]
    return "## Machine and versions\n\n" + table(Table([["", ""], *lines]))


def libraries() -> str:
    """Versions of what matters, and of the peers that are installed."""
    found = []
    for name in LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return ", ".join(found)


def processor() -> str:
    """Name of the processor."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
