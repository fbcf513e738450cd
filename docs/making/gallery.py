"""The gallery: a page of every chart, drawn from small runs that are played when the site is built."""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

from making.markdown import directive, plain

REPOSITORY = Path(__file__).resolve().parents[2]
SMALL = "--set society.employees=60 --set society.departments=6 --set market.consumers=12000 --set horizon.weeks=6"
DESIGNS = {"sample": "latin_hypercube, points: 64", "paths": "morris, trajectories: 8", "ends": "one_at_a_time"}
HEAD = """# Gallery

Every chart that the program draws. Its title states the finding, ranges are printed with it, and each comes as PNG, SVG and PDF
with its data (CSV) and a text for those who cannot see it, which is the alternative text of the pictures here. The sentence below repeats the finding.

These pictures come from runs small enough to be played while this site is built: 60 employees, a market of 12,000, six
weeks, or fewer. Their *figures* are examples. `--brand` draws all of them in [your colours](how-to/present.md).
"""


class Room(NamedTuple):
    """Charts of one kind, what they show, and the commands that draw them."""

    name: str
    title: str
    about: str
    commands: tuple[str, ...]
    charts: str


ROOMS = (
    Room("result", "A comparison", "Who reaches more people, how often, at what cost, and where the verdict flips; the network, and a post spreading through it.",
         (f"advocacy compare {SMALL} --replications 6 --out results", "advocacy report results --to charts/"), "charts"),
    Room("sample", "A study", "What moves the lead of the programme, from a sample of points.", ("advocacy sweep design.yaml --out results",), "results/charts"),
    Room("paths", "A screening", "Which keys matter at all, from few runs (Morris).", ("advocacy sweep design.yaml --out results",), "results/charts"),
    Room("ends", "One key at a time", "The outcome at both ends of each key, on common luck.", ("advocacy sweep design.yaml --out results",), "results/charts"),
    Room("recruits", "Whom to recruit", "People added per recruit, by way of choosing.", (f"advocacy advocates --recruit 12 --plays 0 {SMALL} --out results",), "results/charts"),
    Room("plan", "How to split money",
         "The goal over the programme's part of the budget, and what the next money returns. A market of 800 is small enough for this page, and too small to learn from.",
         ("advocacy plan --budget 4000 --population 6 --generations 0 --search-draws 1 --draws 8 --set society.employees=24 --set society.departments=2"
          " --set market.consumers=800 --set horizon.weeks=2 --out results",), "results/charts"),
)
FIRST, LONG = ("reach_over_time", "reach_by_group", "frequency_distribution", "cost_per_person", "verdict", "network", "spread"), 220
STORED = (("facts", "Published facts", "Simulated against published figures; what they mean is in the [validation](validation.md).", "advocacy facts --to page.md"),
          ("experiment", "Experiments", "Ten questions, ten pictures; what they show is in the [experiments](experiments.md).", "python -m experiments all"))


def design(method: str) -> str:
    """A small study in YAML."""
    return f"""title: A small study
scenario: baseline
settings:
  {{market.consumers: 4000, society.employees: 40, society.departments: 4,
   horizon.weeks: 3, run.engine: compiled}}
replications: 2
method: {method.replace(', ', chr(10))}
vary:
  programme.enrolment_fraction: {{low: 0.1, high: 0.9}}
  paid.budget: {{low: 1600, high: 12000, scale: log}}
  market.contacts_in_market_fraction: {{low: 0.1, high: 0.8}}
  platforms.linkedin.visibility_fraction: {{low: 0.02, high: 0.4, scale: log}}
"""


def draw(place: Path) -> dict[str, Path]:
    """Play what has to be played below a folder, and return where each room's charts are; what an unchanged program drew before is kept."""
    digest = _digest()
    return {room.name: _drawn(room, place / room.name, digest) for room in ROOMS}


def page(drawn: dict[str, Path], images: Path, pictures: Path) -> str:
    """The page in Markdown; pictures are copied to a folder beside it, `images` holds those that are in the repository."""
    parts = [HEAD]
    for room in ROOMS:
        source = directive("code-block", "sh", "\n".join(map(_shell, room.commands)))
        if room.name in DESIGNS:
            source = directive("code-block", "yaml", design(DESIGNS[room.name]), {"caption": "design.yaml"}) + "\n" + source
        parts.append(f"## {room.title}\n\n{room.about}\n\n{source}")
        for found in _found(drawn[room.name]):
            parts.append(_figure(f"pictures/{_copied(found, pictures, room.name)}", found.with_suffix(".txt").read_text(encoding="utf-8")))
    for prefix, title, about, command in STORED:
        parts.append(f"## {title}\n\n{about}\n\n{directive('code-block', 'sh', command)}")
        texts = _alternatives(images.parent)
        parts += [_figure(f"images/{found.name}", texts[found.name]) for found in sorted(images.glob(f"{prefix}_*.png"))]
    return "\n".join(parts)


def _found(folder: Path) -> list[Path]:
    """Pictures of a folder: those of a result in the order of a report, others by name."""
    found = sorted(path for path in folder.iterdir() if path.suffix in {".png", ".gif"})
    return sorted(found, key=lambda path: FIRST.index(path.stem) if path.stem in FIRST else len(FIRST))


def _copied(found: Path, pictures: Path, room: str) -> str:
    pictures.mkdir(parents=True, exist_ok=True)
    name = f"{room}_{found.name}"
    shutil.copyfile(found, pictures / name)
    return name


def _figure(target: str, text: str) -> str:
    """A picture with its finding below, and all of its words for those who cannot see it."""
    spoken = " ".join(text.split())
    return directive("figure", target, plain(finding(spoken)), {"alt": spoken, "width": "100%", "target": target})


def finding(text: str) -> str:
    """The sentence of an alt text that says what the chart shows: the second, after its kind; the kind where that is a list of figures."""
    verdicts = re.findall(r", (holds|breaks|cannot say)(?=[;.])", text)
    if verdicts:
        return f"Of {len(verdicts)} published facts {verdicts.count('holds')} hold, {verdicts.count('breaks')} break, and on {verdicts.count('cannot say')} nothing can be said."
    sentences = re.split(r"(?<=[.?!]) (?=[A-Z0-9])", text)
    chosen = sentences[1] if len(sentences) > 1 and len(sentences[1]) < LONG else sentences[0]
    return chosen if len(chosen) < LONG else chosen.partition(":")[0] + "."


def _shell(command: str) -> str:
    """A command on lines short enough to be read."""
    pieces = re.sub(r" (?!--)", "\0", command)
    return " \\\n    ".join(textwrap.wrap(pieces, 84, break_long_words=False, break_on_hyphens=False)).replace("\0", " ")


def _alternatives(docs: Path) -> dict[str, str]:
    """Words of the pictures that are in the repository: those of the pages that show them."""
    pages = "".join((docs / name).read_text(encoding="utf-8") for name in ("validation.md", "experiments.md"))
    return {name: words for words, name in re.findall(r"!\[([^\]]+)\]\(images/([\w.]+)\)", pages)}


def _drawn(room: Room, place: Path, digest: str) -> Path:
    """Charts of a room, from before or anew."""
    mark, wanted = place / "made_from.txt", "\n".join([digest, *room.commands, DESIGNS.get(room.name, "")])
    charts = place / room.charts
    if mark.is_file() and mark.read_text(encoding="utf-8") == wanted and charts.is_dir():
        return charts
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    if room.name in DESIGNS:
        (place / "design.yaml").write_text(design(DESIGNS[room.name]), encoding="utf-8")
    for command in room.commands:
        print(f"gallery: {command}", flush=True)
        done = subprocess.run([sys.executable, "-m", "simulation", *shlex.split(command)[1:], "--quiet"], cwd=place, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"gallery: {command}: {done.stderr}")
    mark.write_text(wanted, encoding="utf-8")
    return charts


def _digest() -> str:
    """A digest of everything that decides how a chart looks."""
    found = hashlib.sha256()
    for path in sorted([*(REPOSITORY / "simulation").rglob("*.py"), *(REPOSITORY / "scenarios").rglob("*.yaml"), *(REPOSITORY / "simulation").rglob("*.json")]):
        found.update(path.read_bytes())
    return found.hexdigest()
