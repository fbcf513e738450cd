"""The page of validation: every fact, what comes out, what cannot be said, and what nothing was found to test with."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from simulation.inputs.facts import Facts
from simulation.presentation.chart_facts import facts_of, reach_curve
from simulation.presentation.facts_answer import band, because, claim_lines, number, span, tally
from simulation.presentation.folder import write_text
from simulation.presentation.style import Chart, save
from simulation.studies.facts.checking import Checked, Report

INTRO = """\
Published facts against the model. This page is written by the program; nothing on it is typed by hand:

```
{command}
```

A fact **holds** when the whole interval lies inside the band that would agree, and **breaks** when all of it lies on one side outside. Otherwise **nothing can
be said**, also where a setting that the publication leaves open carries the model across an edge of the band: each one is tried at both ends of its range.
Intervals hold {interval} of {replications} replications; they cover luck and society, not yet parameters. A fact is *held out* if no default rests on its figure
and nothing was chosen with it in view. Catalogue: `simulation/inputs/facts.toml`; figures and sources: `simulation/inputs/evidence.toml`.
"""

NOT_VALIDATED = """\
## What is not validated

- **No data set joins employees, their posts, their audiences and the same firm's ads.** The parts are held against different platforms, years and countries;
  how they fit together is assumed. So reach of programme and ads together, their overlap, and the equivalent ad budget have never been compared with a measurement.
- No randomised or controlled measurement of what employee advocacy reaches was found.
- One page of one brand stands for all pages, one member of LinkedIn for all members.
- Who knows whom on LinkedIn and Twitter: no survey says where contacts come from.
- What part of the firm's contacts is in its market, and what part of unprompted posts a programme displaces.
- How fatigue, habit and colleagues change sharing over months.
- Prices of ads that rise with volume; return on ads. The model has no sales, so that intervals on return are very wide (Lewis and Rao 2015) cannot be shown in it.
- Survey answers (55% posted, 21% liked, 15% saw, 8% shared) need a society of their own with a model of recall; they are not judged on this page.
"""


def write_page(report: Report, file: Path) -> None:
    """Write the page, and its pictures into the folder `images` beside it."""
    folder = file.parent / "images"
    topics = list(dict.fromkeys(each.fact.topic for each in report.checked if each.ours is not None and each.published))
    charts = {topic: facts_of(report, topic) for topic in topics}
    curve = reach_curve(report)
    for chart in (*charts.values(), *([curve] if curve else [])):
        for path in save(chart, folder):
            if path.suffix in (".csv", ".txt"):
                path.unlink()
    write_text(file, page(report, charts, curve))


def page(report: Report, charts: dict[str, Chart], curve: Chart | None) -> str:
    """The page as Markdown."""
    assumed = "".join(f' --assume "{each.claim.name}"' for each in report.claims)
    command = f"advocacy facts {report.scenario.name} --replications {report.replications}{assumed} --to docs/validation.md"
    parts = ["# Validation\n", INTRO.format(command=command, interval="90%", replications=report.replications), f"**{tally(report.checked)}**\n"]
    for topic, some in groupby(report.checked, key=lambda each: each.fact.topic):
        rows = list(some)
        parts += [f"## {topic}\n", *([_picture(charts[topic])] if topic in charts else []), *([_picture(curve)] if curve and "page" in topic else [])]
        parts += ["\n".join(_table(report.facts, rows)) + "\n", "\n".join(_words(report.facts, rows)) + "\n"]
    return "\n".join([*parts, *_claims(report), NOT_VALIDATED])


def _picture(chart: Chart) -> str:
    return f"![{chart.alt_text}](images/{chart.name}.png)\n"


def _table(facts: Facts, rows: list[Checked]) -> Iterator[str]:
    yield "| fact | published | agrees at | ours | verdict | held out |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for each in rows:
        figure = facts.source(each.fact)
        published = "–" if each.published is None else number(each.published)
        source = f"[{figure.confidence}]({figure.url})" if figure.url else figure.confidence
        target = f" ({each.fact.target})" if each.fact.target else ""
        yield (f"| {each.fact.title}{target} | {published} {source} | {band(each.limits)} | {span(each.ours) if each.ours else '–'} | **{each.judgement.verdict}** | "
               f"{'yes' if each.held_out else 'no'} |")


def _words(facts: Facts, rows: list[Checked]) -> Iterator[str]:
    yield "Held fixed: " + "; ".join(dict.fromkeys(facts.setups[each.fact.setup].says for each in rows)) + ".\n"
    for each in rows:
        if said := because(each):
            yield f"- *{each.fact.title}.* {said}"


def _claims(report: Report) -> list[str]:
    if not report.claims:
        return []
    text = ["## Claims without a source\n", "Each is made true in the model, which then says what it contradicts. Settings may lie far outside their range: that is the point.\n"]
    for each in report.claims:
        first, *rest = claim_lines(each)
        text.append("\n".join([f"- **{first.removeprefix('Assumed: ')}**", *(f"  - {line.strip()}" for line in rest)]))
    return [*text, ""]
