"""The page of evidence: every figure of the evidence file as a table, written from the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from simulation.inputs.evidence import Evidence, Figure, bases
from simulation.inputs.facts import load_facts
from simulation.presentation.facts_answer import number

INTRO = """\
# Evidence

Every published figure that the simulator knows, what it was asked of, and how far it can be trusted. This page is written from `simulation/inputs/evidence.toml`:

```
advocacy evidence --to docs/evidence.md
```

| mark | meaning |
| --- | --- |
| A | read in the primary source's own text |
| B | read in a secondary source that names the primary one; *B weak* where the method is unclear or the sample tiny |
| C | from memory, not verified |
| D | arithmetic from other figures, with its formula |

*Used by* names the scenario keys whose defaults rest on a figure. *Held against* names the [facts](validation.md) that the model is asked about. Folklore is
kept so that it can be recognised; nothing rests on it.
"""


def page(evidence: Evidence) -> str:
    """The page as Markdown, figures in the order of the file under the names of their sources."""
    users = _users()
    held: dict[str, list[str]] = {}
    for fact in load_facts():
        held.setdefault(fact.figure, []).append(fact.title)
    counts = Counter(figure.confidence for figure in evidence)
    parts = [INTRO, f"{len(evidence)} figures: " + ", ".join(f"{counts[mark]} {mark}" for mark in sorted(counts)) + ".\n"]
    for source, figures in _by_source(evidence).items():
        parts.append("\n".join([f"## {source}\n", *_table(figures, users, held), ""]))
    return "\n".join(parts)


def _by_source(evidence: Evidence) -> dict[str, list[Figure]]:
    groups: dict[str, list[Figure]] = {}
    for figure in evidence:
        groups.setdefault(figure.source, []).append(figure)
    return groups


def _users() -> dict[str, list[str]]:
    """Scenario keys by the figures that their defaults rest on."""
    users: dict[str, list[str]] = {}
    for key, basis in bases():
        for figure in basis["evidence"]:
            users.setdefault(figure, []).append(key)
    return users


def _table(figures: list[Figure], users: dict[str, list[str]], held: dict[str, list[str]]) -> Iterator[str]:
    yield "| figure | value | of whom | year | trust | used by, held against |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for figure in figures:
        uses = [*(f"`{key}`" for key in users.get(figure.key, ())), *(f"*{title}*" for title in held.get(figure.key, ())), *(["folklore"] if figure.folklore else [])]
        mark = f"[{figure.confidence}]({figure.url})" if figure.url else figure.confidence
        cells = (f"<a id=\"{figure.key}\"></a>{figure.title}. {_asked(figure)}", _value(figure), _sample(figure), str(figure.year or ""), mark, ", ".join(dict.fromkeys(uses)))
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _asked(figure: Figure) -> str:
    return " ".join(part for part in (figure.question, f"Formula: {figure.formula}." if figure.formula else "", figure.note) if part)


def _value(figure: Figure) -> str:
    ends = [number(end) for end in (figure.low, figure.high) if end is not None]
    span = f" ({' to '.join(ends)})" if len(ends) == 2 else ""
    return f"{number(figure.value) if figure.value is not None else ' to '.join(ends) or '–'}{span if figure.value is not None else ''} {figure.unit}"


def _sample(figure: Figure) -> str:
    return f"{figure.population}{f'; n = {figure.sample_size:,}' if figure.sample_size else ''}"
